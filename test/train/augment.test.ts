// Random changes of training windows: what flips may do to a window, and what they leave alone.
import { describe, expect, it } from "vitest";
import { WRIST_ORIENTATIONS, wristSigns } from "../../src/signal/wrist.ts";
import { augmentSchema } from "../../src/spec/band.ts";
import { createAugmenter } from "../../src/train/augment.ts";
import { seededRandom } from "../../src/util/random.ts";

const STILL = { rotationDegrees: 0, scale: 0, jitter: 0, shiftSeconds: 0 };
const WINDOW = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/** Signs of the six channels, as text, to how many windows of `count` had them. */
function patterns(flip: number, count: number): Map<string, number> {
  const augmenter = createAugmenter({ ...augmentSchema.parse(STILL), flip }, 20, seededRandom(3));
  const seen = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const window = Float32Array.from(WINDOW);
    augmenter.move(window);
    const signs = [...window].map((value, i) => value / WINDOW[i]!);
    expect(signs.slice(0, 6)).toEqual(signs.slice(6));
    const key = signs.slice(0, 6).join();
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return seen;
}

describe("augment.flip", () => {
  it("wears that share of the windows otherwise, each other way as often, and no way that bands cannot be worn", () => {
    const seen = patterns(0.3, 9000);
    const physical = WRIST_ORIENTATIONS.map((wrist) => wristSigns(wrist).join());
    expect([...seen.keys()].sort()).toEqual([...physical].sort());
    const [same, ...others] = physical.map((key) => seen.get(key)! / 9000);
    expect(same).toBeCloseTo(0.7, 1);
    for (const share of others) expect(share).toBeCloseTo(0.1, 1);
  });

  it("is none by default, and all", () => {
    expect([...patterns(augmentSchema.parse({}).flip, 50).keys()]).toEqual([wristSigns(0).join()]);
    expect(patterns(1, 300).has(wristSigns(0).join())).toBe(false);
  });

  it("leaves the other changes as they are without it", () => {
    const moved = (flip: number): number[][] => {
      const augmenter = createAugmenter({ ...augmentSchema.parse({}), flip }, 20, seededRandom(5));
      return Array.from({ length: 20 }, () => {
        const shift = augmenter.shift();
        const window = new Float32Array(12);
        augmenter.move(window);
        augmenter.jitter(window);
        return [shift, ...window];
      });
    };
    expect(moved(0.5).map((values) => values.map((x) => x + 0))).toEqual(
      moved(0).map((values) => values.map((x) => x + 0)),
    );
  });
});

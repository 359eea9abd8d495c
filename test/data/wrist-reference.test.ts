// Where gravity is in each activity: a minority that wears its band otherwise changes nothing, and a filter may hide it.
import { describe, expect, it } from "vitest";
import type { Stream, WindowSet } from "../../src/data/window-set.ts";
import { cutWindows } from "../../src/data/windows.ts";
import { wornOtherwise } from "../../src/data/worn-otherwise.ts";
import { fitWristReference } from "../../src/data/wrist-reference.ts";
import { butterworth, gravityRemoval } from "../../src/signal/butterworth.ts";
import { type WristOrientation, wristSigns } from "../../src/signal/wrist.ts";

/** A g is 4096 counts × 2^8 at ±8 g. */
const ONE_G = 4096 * 256;

/** Each person's x, y, z in g, one activity a row of the table; constant over 40 samples, windows of 20. */
function recorded(
  activities: readonly (readonly (readonly number[])[])[],
  wrists: readonly WristOrientation[] = [],
): WindowSet {
  const streams = activities.flatMap((people, label) =>
    people.map((place, person): Stream => {
      const signs = wristSigns(wrists[person] ?? 0);
      const row = [0, 1, 2, 3, 4, 5].map((c) => Math.round(signs[c]! * (place[c] ?? 0) * ONE_G));
      const samples = Int32Array.from({ length: 40 * 6 }, (_, i) => row[i % 6]!);
      return { subject: `p${person}`, session: "a", source: "made", label, samples };
    }),
  );
  return cutWindows(streams, { windowSamples: 20, strideSamples: 10 });
}

const WALK = [0.9, 0.95, 1, 1, 1, 1, 1, 1.1].map((x) => [x, -0.3, 0]);
/** Some to the left, some to the right. */
const SIT = [-0.5, -0.3, -0.2, 0.1, 0.2, 0.2, 0.4, 0.5].map((x) => [x, -0.5, 0.8]);

describe("fitWristReference", () => {
  it("has the median, and what three quarters have at least; nothing where people differ", () => {
    const reference = fitWristReference(recorded([WALK, SIT]), 2, [], 8);
    expect(reference).toEqual([
      [64, -19, 0, 64, -19],
      [13, -32, 51, 0, -32],
    ]);
  });

  it("is the same in counts of any range's half", () => {
    const halves = recorded([WALK, SIT]);
    const streams = halves.streams.map((one) => ({ ...one, samples: one.samples.map((x) => x / 2) }));
    expect(fitWristReference({ ...halves, streams }, 2, [], 16)).toEqual(fitWristReference(halves, 2, [], 8));
  });

  it("keeps its signs with one in eight who wears it otherwise, and says nothing with half of them", () => {
    const leans = (wrists: readonly WristOrientation[]): (readonly number[])[] =>
      fitWristReference(recorded([WALK], wrists), 1, [], 8)!.map((one) => one.slice(3));
    expect(leans([0, 0, 2])).toEqual([[61, -19]]);
    expect(leans([2, 2, 2, 2])).toEqual([[0, 0]]);
  });

  it("says nothing by three people, or by a tenth of g", () => {
    const fit = (people: readonly (readonly number[])[]): unknown =>
      fitWristReference(recorded([people]), 1, [], 8)![0];
    expect(fit(WALK.slice(0, 3))).toEqual([61, -19, 0, 0, 0]);
    expect(fit(WALK.map(() => [0.08, -0.11, 1]))).toEqual([5, -7, 64, 0, -7]);
  });

  it("is none where gravity is filtered out, or an activity has no window; a low-pass leaves it", () => {
    const set = recorded([WALK, SIT]);
    const filter = (kind: "lowpass" | "highpass", channels: number[]) => ({
      kind,
      order: 2,
      cutoffHz: 1,
      channels,
      subtract: false,
      sections: butterworth(kind, 2, 1, 20),
    });
    const fit = (filters: Parameters<typeof fitWristReference>[2], classes = 2): unknown =>
      fitWristReference(set, classes, filters, 8);
    expect(fit([gravityRemoval(3, 0.3, 20)])).toBeUndefined();
    expect(fit([filter("highpass", [0, 1, 2])])).toBeUndefined();
    expect(fit([filter("highpass", [3, 4, 5]), filter("lowpass", [0, 1, 2, 3, 4, 5])])).toBeDefined();
    expect(fit([], 3)).toBeUndefined();
  });

  it("ends at two g, where the numbers end", () => {
    const hard = Array.from({ length: 5 }, () => [3, -3, 0]);
    expect(fitWristReference(recorded([hard]), 1, [], 8)).toEqual([[127, -127, 0, 127, -127]]);
  });
});

describe("wornOtherwise", () => {
  const sensor = { accelRangeG: 8 } as const;
  // Five windows at least, so two activities of three windows each.
  const CLEAN = [0.7, 0.7, 0.8, 0.8, 0.9, 0.9, 1, 1].map((x) => [-x, -0.5, 0.2]);

  it("names who wore it otherwise, and how", () => {
    const set = recorded([WALK, CLEAN], [0, 1, 0, 0, 2]);
    const reference = fitWristReference(set, 2, [], 8);
    expect(wornOtherwise(set, reference, sensor)).toEqual([
      "The band was worn otherwise than by most: p1 (other), p4 (same-turned).",
    ]);
  });

  it("is silent where nobody did, and where nobody can tell", () => {
    const set = recorded([WALK, CLEAN]);
    expect(wornOtherwise(set, fitWristReference(set, 2, [], 8), sensor)).toEqual([]);
    expect(wornOtherwise(set, undefined, sensor)).toEqual([]);
  });
});

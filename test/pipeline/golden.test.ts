// Golden windows: of every activity some, spread, never more than a project carries, the same every time.
import { describe, expect, it } from "vitest";
import type { WindowSet } from "../../src/data/window-set.ts";
import { chooseGolden } from "../../src/pipeline/golden.ts";

/** One stream a window, labels as given. */
function windowsOf(labels: readonly number[]): WindowSet {
  const streams = labels.map((label) => ({
    subject: "1",
    session: "a",
    source: "",
    label,
    samples: new Int32Array(6),
  }));
  return {
    streams,
    windowSamples: 1,
    streamOf: Int32Array.from(labels, (_, i) => i),
    startOf: new Int32Array(labels.length),
  };
}

describe("chooseGolden", () => {
  it("takes four of each of a few activities, spread", () => {
    const windows = windowsOf(Array.from({ length: 80 }, (_, i) => (i < 40 ? 0 : 1)));
    expect(chooseGolden(windows, 2)).toEqual([5, 15, 25, 35, 45, 55, 65, 75]);
    expect(chooseGolden(windows, 2)).toEqual(chooseGolden(windows, 2));
  });

  it("takes fewer of many, and what there is of a rare one", () => {
    const windows = windowsOf(Array.from({ length: 70 }, (_, i) => (i === 69 ? 6 : i % 6)));
    const chosen = chooseGolden(windows, 7);
    expect(chosen).toHaveLength(13);
    expect(chosen.at(-1)).toBe(69);
  });

  it("never takes more than sixteen, and none of what is not there", () => {
    expect(chooseGolden(windowsOf(Array.from({ length: 100 }, (_, i) => i % 20)), 20)).toHaveLength(16);
    expect(chooseGolden(windowsOf([1, 1]), 3)).toEqual([0, 1]);
  });
});

// The windows a stranger is known by: the first in time, none of whose samples test.
import { describe, expect, it } from "vitest";
import { splitCalibration } from "../../src/data/calibration.ts";
import { labelOf, type WindowSet } from "../../src/data/window-set.ts";
import { countingWindows } from "./support.ts";

/** Windows of four samples, two apart. */
const places = (set: WindowSet, windows: readonly number[]): string[] =>
  windows.map((w) => `${labelOf(set, w)}:${set.streamOf[w]}@${set.startOf[w]}`);

describe("splitCalibration", () => {
  it("takes the first windows of each class and drops the one that shares samples with them", () => {
    const set = countingWindows([
      { subject: "1", label: 0, samples: 14 },
      { subject: "1", label: 1, samples: 12 },
    ]);
    const { calibration, test, dropped } = splitCalibration(set, 2);
    expect(places(set, calibration)).toEqual(["0:0@0", "0:0@2", "1:1@0", "1:1@2"]);
    expect(places(set, test)).toEqual(["0:0@6", "0:0@8", "0:0@10", "1:1@6", "1:1@8"]);
    expect(dropped).toBe(2);
  });

  it("goes on in the next recording, where nothing is shared", () => {
    const set = countingWindows([
      { subject: "1", label: 0, samples: 6 },
      { subject: "1", label: 0, samples: 8 },
    ]);
    const { calibration, test, dropped } = splitCalibration(set, 2);
    expect(places(set, calibration)).toEqual(["0:0@0", "0:0@2"]);
    expect(places(set, test)).toEqual(["0:1@0", "0:1@2", "0:1@4"]);
    expect(dropped).toBe(0);
  });

  it("gives calibrations of several sizes the same test", () => {
    const set = countingWindows([{ subject: "1", label: 0, samples: 20 }]);
    const tests = [1, 2, 3].map((size) => splitCalibration(set, size, 3));
    expect(tests.map(({ calibration }) => calibration.length)).toEqual([1, 2, 3]);
    for (const { test } of tests)
      expect(places(set, test)).toEqual(["0:0@8", "0:0@10", "0:0@12", "0:0@14", "0:0@16"]);
  });

  it("leaves a class without a test where it has no more windows", () => {
    const set = countingWindows([{ subject: "1", label: 0, samples: 8 }]);
    const { calibration, test } = splitCalibration(set, 15);
    expect(calibration).toHaveLength(3);
    expect(test).toHaveLength(0);
  });
});

// Metrics against hand-counted figures.
import { describe, expect, it } from "vitest";
import { argmax, computeMetrics } from "../../src/evaluate/metrics.ts";

describe("computeMetrics", () => {
  it("counts a small case as by hand", () => {
    const truth = [0, 0, 0, 1, 1, 2];
    const predicted = [0, 0, 1, 1, 0, 2];
    const metrics = computeMetrics(["a", "b", "c", "d"], truth, predicted, ["x", "x", "x", "y", "y", "y"]);
    expect(metrics.accuracy).toBeCloseTo(4 / 6);
    expect(metrics.confusion).toEqual([
      [2, 1, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
    expect(metrics.classes[0]).toMatchObject({ windows: 3, precision: 2 / 3, recall: 2 / 3 });
    expect(metrics.classes[0]!.f1).toBeCloseTo(2 / 3);
    // "d" has no test window: it is left out of the mean.
    expect(metrics.macroF1).toBeCloseTo((2 / 3 + 1 / 2 + 1) / 3);
    expect(metrics.subjects).toEqual([
      { subject: "x", windows: 3, accuracy: 2 / 3 },
      { subject: "y", windows: 3, accuracy: 2 / 3 },
    ]);
  });
  it("argmax takes the first of equals", () => {
    expect(argmax([1, 3, 3])).toBe(1);
    expect(argmax([9, 1, 2, 2], 1, 3)).toBe(1);
  });
});

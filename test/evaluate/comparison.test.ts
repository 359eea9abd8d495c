// What a comparison is worked out with: spreads, Pareto fronts, macro means, and the pictures of one page.
import { describe, expect, it } from "vitest";
import { comparedConfusion, comparedCurves, costChart } from "../../src/evaluate/comparison-charts.ts";
import { openPage } from "../../src/evaluate/draw-chart.ts";
import { placeLabels } from "../../src/evaluate/label-places.ts";
import { computeMetrics, macroMeans } from "../../src/evaluate/metrics.ts";
import { paretoFront } from "../../src/evaluate/pareto.ts";
import { spreadOf } from "../../src/evaluate/spread.ts";

describe("spreadOf", () => {
  it("gives the mean and the deviation of a sample, as by hand", () => {
    const { mean, deviation, values } = spreadOf([2, 4, 9]);
    expect(mean).toBe(5);
    // (9 + 1 + 16) / 2
    expect(deviation).toBeCloseTo(Math.sqrt(13), 12);
    expect(values).toEqual([2, 4, 9]);
    expect(spreadOf([3, 3]).deviation).toBe(0);
  });
  it("says nothing of one draw's deviation, and refuses none", () => {
    expect(spreadOf([7])).toEqual({ mean: 7, deviation: null, values: [7] });
    expect(() => spreadOf([])).toThrow("no values");
  });
});

describe("paretoFront", () => {
  it("keeps what nobody beats", () => {
    const all = [
      { cost: 10, gain: 0.8 },
      { cost: 20, gain: 0.9 },
      { cost: 30, gain: 0.85 }, // The second is cheaper and better.
      { cost: 10, gain: 0.7 }, // As cheap as the first, and worse.
      { cost: 25, gain: 0.9 }, // As good as the second, and dearer.
      { cost: 5, gain: 0.1 }, // The cheapest of all.
    ];
    expect(paretoFront(all)).toEqual([true, true, false, false, false, true]);
  });
  it("keeps equals together", () => {
    const one = { cost: 1, gain: 1 };
    expect(paretoFront([one, { ...one }, { cost: 2, gain: 1 }])).toEqual([true, true, false]);
    expect(paretoFront([])).toEqual([]);
  });
});

describe("macroMeans", () => {
  it("leaves out a class without a test window, as macro F1 does", () => {
    const truth = [0, 0, 0, 1, 1, 2];
    const predicted = [0, 0, 1, 1, 0, 2];
    const means = macroMeans(computeMetrics(["a", "b", "c", "d"], truth, predicted, truth.map(String)));
    expect(means.precision).toBeCloseTo((2 / 3 + 1 / 2 + 1) / 3);
    expect(means.recall).toBeCloseTo((2 / 3 + 1 / 2 + 1) / 3);
  });
});

describe("placeLabels", () => {
  it("keeps names off each other and off points, while there is room", () => {
    const one = { x: 100, y: 100, text: "one" };
    expect(placeLabels([one, { x: 300, y: 100, text: "far" }])).toEqual(["upper right", "upper right"]);
    expect(placeLabels([one, { ...one, y: 103, text: "two" }])).toEqual(["upper right", "lower right"]);
    expect(placeLabels([one, { x: 112, y: 93, text: "in its way" }])[0]).toBe("lower right");
    expect(placeLabels([one, one, one, one])).toEqual([
      "upper right",
      "lower right",
      "upper left",
      "lower left",
    ]);
    expect(placeLabels([one, one, one, one, one])[4]).toBe("upper right");
  });
});

describe("the pictures of a page", () => {
  const history = [1, 2].map((epoch) => ({
    epoch,
    loss: 1 / epoch,
    accuracy: 0.5,
    validationLoss: 1 / epoch,
    validationAccuracy: 0.5,
  }));
  const confusion = comparedConfusion(
    ["a<b", 'c"&d'],
    [
      [3, 1],
      [0, 0],
    ],
  );
  const point = { deviation: null, isFront: true };

  async function drawAll(): Promise<string[]> {
    const draw = openPage();
    return [
      await draw(comparedCurves([{ seed: 1, history, bestEpoch: 2 }])),
      await draw(confusion),
      await draw(confusion),
      await draw(costChart([{ name: "one", cost: 1000, accuracy: 0.9, ...point }], "bytes")),
      await draw(
        costChart(
          ["x", "y"].map((name, i) => ({ name, cost: 9 ** (i + 3), accuracy: 0.9, ...point })),
          "bytes",
        ),
      ),
    ];
  }

  it("have the same text each time", async () => {
    expect(await drawAll()).toEqual(await drawAll());
  });

  it("have ids that differ within a page and are the same on the next", async () => {
    const clipped = {
      data: { values: [{ x: 1, y: 2 }] },
      mark: { type: "point", clip: true },
      encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
    } as const;
    const idsOf = async (): Promise<string[]> => {
      const draw = openPage();
      const drawn = [await draw(clipped), await draw(clipped)];
      return drawn.flatMap((svg) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!));
    };
    const ids = await idsOf();
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
    expect(await idsOf()).toEqual(ids);
  });

  it("show every figure, place every mark, and let no name become markup", async () => {
    const drawn = await drawAll();
    for (const svg of drawn) {
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg).toContain("currentColor");
    }
    expect(drawn[1]).toContain("a&lt;b");
    expect(drawn[1]).not.toContain("a<b");
    expect(drawn[1]).toMatch(/>3<\/text>/);
    expect(drawn[3]).toContain(">one</text>");
  });
});

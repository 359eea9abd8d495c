// Runs as rows: means, marks, fronts and order, on figures that are made up; and how a figure is written.
import { describe, expect, it } from "vitest";
import type { PreparedData } from "../../src/data/prepare.ts";
import { computeMetrics, type Metrics } from "../../src/evaluate/metrics.ts";
import { spreadOf } from "../../src/evaluate/spread.ts";
import { loadBoard } from "../../src/pipeline/board-file.ts";
import { COLUMN_IDS, columnsOf, TABLES, writeSpread } from "../../src/pipeline/model-comparison/columns.ts";
import { type ComparedModel, makeComparison } from "../../src/pipeline/model-comparison/comparison.ts";
import type { Run, RunFigures } from "../../src/pipeline/model-comparison/run.ts";
import { comparisonMarkdown } from "../../src/pipeline/model-comparison/text-tables.ts";
import { readBand } from "../../src/spec/read-band.ts";
import { TINY_BAND } from "./support.ts";

const LABELS = ["rest", "shake"];
const WINDOWS = 1000;

/** Half of the windows are of each class; so many of all are right, the wrong ones spread over both classes. */
function metrics(right: number): Metrics {
  const truth = Array.from({ length: WINDOWS }, (_, i) => i % 2);
  const predicted = truth.map((label, i) => (i < right ? label : 1 - label));
  return computeMetrics(
    LABELS,
    truth,
    predicted,
    truth.map(() => "a"),
  );
}

/** @param float, int8 windows that are right */
function run(float: number, int8: number, bytes: number, instructions: number | null = 1000): Run {
  const cost = { ramBytes: 1, constantBytes: 1, codeBytes: 1, instructions };
  const epoch = {
    epoch: 1,
    loss: 1,
    accuracy: 0.5,
    validationLoss: 1,
    validationAccuracy: 0.5,
    learningRate: 1,
  };
  const figures: RunFigures = {
    training: {
      backend: "wasm",
      bestEpoch: 1,
      history: [epoch],
      pruning: null,
      aware: null,
      seconds: 1,
      windowsPerSecond: 1,
    },
    accuracy: { float: metrics(float), floatFile: metrics(float), int8: metrics(int8) },
    verification: { windows: WINDOWS, values: 1 },
    model: { sha256: "", bytes, floatBytes: 1, parameters: 1, macs: 1 },
    engines: { tflmArenaBytes: 1, compiled: { "lx6 MAC16": cost, rv32: cost }, operators: [] },
  };
  return { kind: "compared", figures };
}

const REFUSED: Run = {
  kind: "refused",
  code: "train/diverged",
  message: "The loss is no number.",
  hint: "Less.",
};

function compare(runs: Readonly<Record<string, readonly Run[]>>): ReturnType<typeof makeComparison> {
  const { band } = readBand(TINY_BAND, "band.yaml");
  const windows = { all: 3, train: 1, validation: 1, test: 1 };
  const data = { labels: LABELS, split: { description: "", leaking: false }, info: { windows, notes: [] } };
  const models = Object.entries(runs).map(([id, own]) => ({
    id,
    title: id,
    parameters: {},
    runs: own.map((one, i) => ({ seed: i + 1, run: one })),
  }));
  const board = loadBoard(band.board, "here");
  return makeComparison(
    { band, name: "made up" },
    board,
    new Map([[1, data as unknown as PreparedData]]),
    models,
  );
}

function resultOf(
  models: readonly ComparedModel[],
  id: string,
): Extract<ComparedModel["result"], { kind: "compared" }> {
  const { result } = models.find((model) => model.id === id)!;
  if (result.kind === "refused") throw new Error("refused");
  return result;
}

describe("makeComparison", () => {
  it("marks what loses more than half a point on average, in accuracy or macro F1", () => {
    const { models } = compare({
      // 0.4 and 0.6 points: half a point is not more than half a point.
      even: [run(900, 896, 10), run(900, 894, 10)],
      // 0.4 and 0.8 points.
      lossy: [run(900, 896, 10), run(900, 892, 10)],
      better: [run(900, 950, 10)],
    });
    const marks = models.map(({ id }) => [id, resultOf(models, id).isMarked]);
    expect(Object.fromEntries(marks)).toEqual({ better: false, even: false, lossy: true });
    const { figures } = resultOf(models, "lossy");
    expect(figures.accuracyPoints!.mean).toBeCloseTo(-0.6, 10);
    expect(figures.accuracyPoints!.deviation).toBeCloseTo(0.4 / Math.SQRT2, 10);
    expect(comparisonMarkdown(compare({ lossy: [run(900, 892, 10)] }))).toContain("| `lossy` † | .8920 |");
  });

  it("sums confusions over the seeds", () => {
    const { models } = compare({ one: [run(900, 900, 10), run(900, 800, 10)] });
    const { confusion, recall } = resultOf(models, "one");
    expect(confusion).toEqual([
      [850, 150],
      [150, 850],
    ]);
    expect(recall).toEqual([0.85, 0.85]);
  });

  it("sorts by int8 macro F1, and finds the fronts of both costs", () => {
    const { models } = compare({
      small: [run(800, 800, 10, 900)],
      beaten: [run(850, 850, 40, 500)],
      best: [run(900, 900, 30, null)],
      refused: [run(990, 990, 1), REFUSED],
    });
    expect(models.map(({ id }) => id)).toEqual(["best", "beaten", "small", "refused"]);
    const fronts = ["small", "beaten", "best"].map((id) => resultOf(models, id).front);
    expect(fronts).toEqual([
      { bytes: true, lx6Instructions: false },
      { bytes: false, lx6Instructions: true },
      { bytes: true, lx6Instructions: false }, // Nobody knows what it would take.
    ]);
  });

  it("gives no figures of a model that one seed refuses", () => {
    const { models } = compare({ one: [run(990, 990, 1), REFUSED] });
    expect(models[0]!.result).toEqual({ ...REFUSED, seed: 2 });
  });
});

describe("columns", () => {
  it("stand in one table each", () => {
    const shown = TABLES.flatMap(({ groups }) => groups.flatMap((group) => columnsOf(group)));
    expect([...shown].sort()).toEqual([...COLUMN_IDS].sort());
  });

  it("are written as they are read", () => {
    const score = spreadOf([0.87, 0.89]);
    expect(writeSpread("int8F1", score, "shares")).toBe(".8800 ± .0141");
    expect(writeSpread("int8F1", score, "percent")).toBe("88.00 ± 1.41");
    expect(writeSpread("int8F1", spreadOf([1]), "shares")).toBe("1.0000");
    expect(writeSpread("f1Points", spreadOf([-0.2, -0.6]), "percent")).toBe("−0.40 ± 0.28");
    expect(writeSpread("f1Points", spreadOf([0.25]), "percent")).toBe("+0.25");
    expect(writeSpread("f1Points", spreadOf([-0.001]), "percent")).toBe("0.00");
    expect(writeSpread("bytes", spreadOf([13848, 13850]), "percent")).toBe("13,849");
    expect(writeSpread("bestEpoch", spreadOf([1, 2]), "percent")).toBe("1.5");
    expect(writeSpread("seconds", spreadOf([9, 11]), "percent")).toBe("10 s ± 1.4 s");
    expect(writeSpread("lx6Ram", null, "percent")).toBe("—");
  });
});

// A small int8 network with everything that a project can have: filters, turned axes, awkward labels.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import type { FileTree } from "../../src/codegen/file-tree.ts";
import { generateProject, type ProjectInput } from "../../src/codegen/generate-project.ts";
import type { LearnInput } from "../../src/codegen/learn-view.ts";
import { observe } from "../../src/interpret/observe.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { averagePool2d, conv2d, fullyConnected, softmax } from "../../src/ops/index.ts";
import { splitHead } from "../../src/personalize/head.ts";
import type { HeadMetric } from "../../src/personalize/metric.ts";
import { encodeMetric } from "../../src/personalize/metric-file.ts";
import { compiledSize } from "../../src/plan/compiled-size.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { chooseRanges } from "../../src/quantize/range.ts";
import { butterworth, gravityRemoval } from "../../src/signal/butterworth.ts";
import type { FilterStage, Preprocessing } from "../../src/signal/preprocessing.ts";
import { decisionSchema, type Engine, learnSchema, powerSchema } from "../../src/spec/band.ts";
import { type Board, kernelTarget, parseBoard } from "../../src/spec/board.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { sha256 } from "../../src/util/hash.ts";
import { seededRandom } from "../../src/util/random.ts";
import { REPOSITORY, textsBelow } from "../firmware/support/wasm.ts";
import { randomMetric } from "../personalize/examples.ts";

const SAMPLES = 20;
const CHANNELS = 6;

const LOW_PASS: FilterStage = {
  kind: "lowpass",
  cutoffHz: 8,
  order: 3,
  channels: [0, 1, 2, 3, 4, 5],
  subtract: false,
  sections: butterworth("lowpass", 3, 8, 20),
};

export const PREPROCESSING: Preprocessing = {
  sensor: {
    accelRangeG: 8,
    gyroRangeDps: 2000,
    axes: [
      { axis: 1, sign: 1 },
      { axis: 0, sign: -1 },
      { axis: 2, sign: 1 },
    ],
  },
  sampleRateHz: 20,
  windowSamples: SAMPLES,
  strideSamples: SAMPLES / 2,
  filters: [gravityRemoval(2, 0.3, 20), LOW_PASS],
  normalization: {
    mean: [12, -40, 3900, 5, -6, 7],
    deviation: [1500, 1700, 1600, 900, 800, 1000],
  },
  labels: ["walk", 'say "hi"\\', "Übung ??/1"],
};

export function smallGraph(preprocessing: Preprocessing = PREPROCESSING): Graph {
  const random = seededRandom("small project");
  const weights = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.normal() * 0.4);
  const classes = preprocessing.labels.length;
  const b = buildGraph("small", "window", [1, 1, preprocessing.windowSamples, CHANNELS]);
  const filter = b.constant("conv/weights", [4, 1, 3, CHANNELS], weights(4 * 3 * CHANNELS));
  const conv = b.node(
    conv2d,
    { padding: "SAME", strideH: 1, strideW: 2, dilationH: 1, dilationW: 1, activation: "RELU" },
    ["window", filter, b.constant("conv/bias", [4], weights(4))],
    "conv",
  );
  const [, , width] = b.shapeOf(conv);
  const pool = b.node(
    averagePool2d,
    { padding: "VALID", filterH: 1, filterW: width!, strideH: 1, strideW: 1, activation: "NONE" },
    [conv],
    "pool",
  );
  const dense = b.node(
    fullyConnected,
    { activation: "NONE" },
    [
      pool,
      b.constant("dense/weights", [classes, 4], weights(classes * 4)),
      b.constant("dense/bias", [classes], weights(classes)),
    ],
    "dense",
  );
  const graph = b.build(b.node(softmax, { beta: 1 }, [dense], "probabilities"), {
    preprocessing,
    inputQuantizer: null,
  });
  const observed = observe(graph, 4, (_i, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.normal();
  });
  const settings = { calibration: "minmax", percentile: 100 } as const;
  return quantizeGraph(graph, chooseRanges(observed, settings));
}

export const BOARD_IDS = [...textsBelow("boards").keys()].map((file) => file.replace(".json", ""));

export function boardOf(id: string): Board {
  return parseBoard(JSON.parse(readFileSync(path.join(REPOSITORY, `boards/${id}.json`), "utf8")), id);
}

export function projectInput(boardId: string, preprocessing: Preprocessing = PREPROCESSING): ProjectInput {
  const graph = smallGraph(preprocessing);
  const tflite = writeTflite(graph);
  const metric = smallMetric(splitHead(graph).head.features);
  return {
    name: "small",
    graph,
    tflite,
    headMetric: encodeMetric(metric, Buffer.from(sha256(tflite), "hex")),
    board: boardOf(boardId),
    decision: decisionSchema.parse({}),
    power: powerSchema.parse({}),
    engine: "tflm",
    arenaBytes: 3072,
    compiledSize: null,
    resources: { templates: textsBelow("templates"), firmware: textsBelow("firmware") },
    toolVersion: "0.0.0-test",
  };
}

/** Of people that nobody has met. */
export function smallMetric(features: number): HeadMetric {
  return randomMetric(seededRandom("small metric"), features);
}

/** What a band of projectInput's learns from its wearer. */
export function learnInput(
  learn: z.input<typeof learnSchema> = {},
  preprocessing: Preprocessing = PREPROCESSING,
): LearnInput {
  const { head: general } = splitHead(smallGraph(preprocessing));
  return { spec: learnSchema.parse(learn), general, metric: smallMetric(general.features).factor };
}

export function smallProject(boardId: string, engine: Engine = "tflm"): FileTree {
  const input = projectInput(boardId);
  const size = engine === "compiled" ? compiledSize(input.graph, kernelTarget(input.board)) : null;
  return generateProject({ ...input, engine, compiledSize: size });
}

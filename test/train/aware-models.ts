// Networks of all kinds of layers, small enough to be trained in a test, and how they are quantised.
import { windowCount } from "../../src/data/window-set.ts";
import { floatFrames } from "../../src/evaluate/frames.ts";
import { observe } from "../../src/interpret/observe.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { chooseRanges } from "../../src/quantize/range.ts";
import { trainSchema } from "../../src/spec/band.ts";
import { parseModel, type ResolvedModel, resolveModel } from "../../src/spec/model.ts";
import { PREPROCESSING, syntheticWindows, WINDOW_SAMPLES } from "./synthetic.ts";

const DIMENSIONS = { timeSteps: WINDOW_SAMPLES, channels: 6, classes: 3 };

export function modelOf(...layers: readonly unknown[]): ResolvedModel {
  const spec = parseModel({ id: "test", title: "test", source: "test", layers }, "test.yaml");
  return resolveModel(spec, {}, DIMENSIONS);
}

export const END = [{ dense: { units: "$classes" } }, "softmax"];
const trainSet = syntheticWindows("train", 5);
export const validationSet = syntheticWindows("validation", 4);

export const common = {
  train: trainSet,
  validation: validationSet,
  preprocessing: PREPROCESSING,
  spec: trainSchema.parse({ epochs: 6, batchSize: 8, learningRate: 0.01 }),
  seed: 5,
};

export function quantize(float: Graph): Graph {
  const frames = floatFrames(trainSet, PREPROCESSING.normalization);
  const observed = observe(float, windowCount(trainSet), frames);
  return quantizeGraph(float, chooseRanges(observed, { calibration: "mse", percentile: 100 }));
}

/** Every layer that models may have. */
export const MODELS = {
  "convolutions with batch norms": modelOf(
    { separableConv1d: { filters: 8, bias: false } },
    { batchNorm: { activation: "relu" } },
    "maxPool1d",
    { conv1d: { filters: 8, kernel: 5, stride: 2, padding: "valid" } },
    { averagePool1d: { size: 2, padding: "same" } },
    "relu",
    "globalAveragePool1d",
    { dense: { units: 8, activation: "relu" } },
    { dropout: { rate: 0.1 } },
    ...END,
  ),
  "a batch norm after an activation": modelOf(
    { conv1d: { filters: 8, activation: "relu" } },
    { maxPool1d: { size: 2 } },
    "flatten",
    { dense: { units: 12, activation: "relu" } },
    "batchNorm",
    ...END,
  ),
  "dense layers with batch norms": modelOf(
    "flatten",
    { dense: { units: 16, bias: false } },
    { batchNorm: { activation: "relu" } },
    ...END,
  ),
  LSTMs: modelOf(
    { lstm: { units: 6, returnSequences: true } },
    "batchNorm",
    { conv1d: { filters: 6, activation: "relu" } },
    { lstm: { units: 8, bidirectional: true } },
    ...END,
  ),
  streams: modelOf(
    "splitChannels",
    { conv1d: { filters: 5 } },
    { batchNorm: { activation: "relu" } },
    { conv1d: { filters: 4, stride: 2, activation: "relu" } },
    "joinChannels",
    { lstm: { units: 8 } },
    ...END,
  ),
  "a GRU's last state": modelOf({ gru: { units: 8 } }, ...END),
  "GRUs both ways": modelOf(
    { gru: { units: 6, returnSequences: true, bidirectional: true } },
    "batchNorm",
    { gru: { units: 8, bidirectional: true } },
    ...END,
  ),
  "plain recurrent layers": modelOf(
    { rnn: { units: 8, returnSequences: true } },
    { rnn: { units: 8, bidirectional: true } },
    ...END,
  ),
  "attention over channels and time": modelOf(
    "splitChannels",
    { conv1d: { filters: 6, stride: 2, activation: "relu" } },
    "channelAttention",
    "joinChannels",
    { gru: { units: 6, returnSequences: true } },
    { attentionPool1d: { hidden: 6, residual: true } },
    ...END,
  ),
  "attention over time": modelOf({ conv1d: { filters: 6, activation: "relu" } }, "attentionPool1d", ...END),
  "sequences of two steps and of one": modelOf(
    { depthwiseConv1d: { kernel: 3, activation: "relu" } },
    { maxPool1d: { size: 12 } },
    { gru: { units: 5, returnSequences: true, bidirectional: true } },
    { rnn: { units: 4, returnSequences: true, bidirectional: true } },
    { maxPool1d: { size: 2 } },
    { gru: { units: 5, returnSequences: true, bidirectional: true } },
    { lstm: { units: 4, bidirectional: true } },
    ...END,
  ),
  "paths of recurrences": modelOf(
    { averagePool1d: { size: 2 } },
    {
      branches: {
        merge: "concat",
        activation: "relu",
        paths: [
          [{ gru: { units: 1 } }],
          [{ lstm: { units: 5 } }],
          [{ conv1d: { filters: 4, activation: "relu" } }, "globalMaxPool1d"],
        ],
      },
    },
    ...END,
  ),
  paths: modelOf(
    { conv1d: { filters: 6, activation: "relu" } },
    {
      branches: {
        merge: "add",
        activation: "relu",
        paths: [[{ conv1d: { filters: 6 } }, "batchNorm"], []],
      },
    },
    {
      branches: {
        merge: "concat",
        activation: "none",
        paths: [["globalMaxPool1d"], ["globalAveragePool1d"]],
      },
    },
    ...END,
  ),
} as const;

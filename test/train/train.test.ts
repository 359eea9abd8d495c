// Training as a whole: it learns, it repeats itself to the byte, it leaks nothing, and its graph says what it says.
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { selectWindows, type WindowSet } from "../../src/data/window-set.ts";
import { floatInterpreter } from "../../src/interpret/interpreter.ts";
import { countMacs, countParameters, type Graph, outputsOf } from "../../src/ir/graph.ts";
import { validateGraph } from "../../src/ir/validate.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { trainSchema } from "../../src/spec/band.ts";
import { parseModel, resolveModel } from "../../src/spec/model.ts";
import { openBackend } from "../../src/train/backend.ts";
import type { TrainEvent } from "../../src/train/events.ts";
import { exportGraph } from "../../src/train/export.ts";
import { crossEntropy, emptyScore } from "../../src/train/loss.ts";
import { createNetwork } from "../../src/train/network.ts";
import { upload } from "../../src/train/parameters.ts";
import { type TrainInput, train } from "../../src/train/train.ts";
import { UserError } from "../../src/util/errors.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING, syntheticWindows, WINDOW_SAMPLES } from "./synthetic.ts";

const DIMENSIONS = { timeSteps: WINDOW_SAMPLES, channels: 6, classes: 3 };

function modelOf(...layers: readonly unknown[]): ReturnType<typeof resolveModel> {
  const spec = parseModel({ id: "test", title: "test", source: "test", layers }, "test.yaml");
  return resolveModel(spec, {}, DIMENSIONS);
}

const small = modelOf(
  { separableConv1d: { filters: 8, bias: false } },
  { batchNorm: { activation: "relu" } },
  "maxPool1d",
  { conv1d: { filters: 8, activation: "relu" } },
  "globalAveragePool1d",
  { dropout: { rate: 0.1 } },
  { dense: { units: "$classes" } },
  "softmax",
);

const recurrent = modelOf(
  { lstm: { units: 6, returnSequences: true } },
  { batchNorm: {} },
  { lstm: { units: 6, bidirectional: true } },
  { dense: { units: "$classes" } },
  "softmax",
);

/** A residual network: a shortcut of one's own, one of a convolution, and two pools side by side. */
const branching = modelOf(
  { conv1d: { filters: 8, bias: false } },
  { batchNorm: { activation: "relu" } },
  {
    branches: {
      merge: "add",
      activation: "relu",
      paths: [[], [{ separableConv1d: { filters: 8, bias: false } }, { batchNorm: {} }]],
    },
  },
  {
    branches: {
      merge: "add",
      paths: [
        [{ conv1d: { filters: 12, kernel: 1, stride: 2, bias: false } }, { batchNorm: {} }],
        [
          { separableConv1d: { filters: 12, stride: 2, bias: false } },
          { batchNorm: {} },
          { dropout: { rate: 0.1 } },
        ],
      ],
    },
  },
  { branches: { merge: "concat", paths: [["globalAveragePool1d"], ["globalMaxPool1d"]] } },
  { dense: { units: "$classes" } },
  "softmax",
);

const gated = modelOf(
  { gru: { units: 6, bidirectional: true, returnSequences: true } },
  { batchNorm: {} },
  { rnn: { units: 6, bidirectional: true } },
  { dense: { units: "$classes" } },
  "softmax",
);

/** Channels as streams, attention across them and over time. */
const attentive = modelOf(
  "splitChannels",
  { conv1d: { filters: 6, kernel: 5, stride: 2, activation: "relu" } },
  { batchNorm: {} },
  {
    branches: {
      merge: "add",
      paths: [
        ["maxPool1d"],
        [{ depthwiseConv1d: { kernel: 5, stride: 2, bias: false } }, { batchNorm: { activation: "relu" } }],
      ],
    },
  },
  "channelAttention",
  { dropout: { rate: 0.1 } },
  "joinChannels",
  { lstm: { units: 6, returnSequences: true } },
  { attentionPool1d: { hidden: 5, residual: true } },
  { dense: { units: "$classes" } },
  "softmax",
);

const trainSet = syntheticWindows("train", 5);
const validationSet = syntheticWindows("validation", 2);

const input = (changes: Partial<TrainInput> = {}): TrainInput => ({
  model: small,
  train: trainSet,
  validation: validationSet,
  preprocessing: PREPROCESSING,
  spec: trainSchema.parse({ epochs: 3, batchSize: 16, learningRate: 0.01 }),
  prune: null,
  seed: 7,
  ...changes,
});

/** Every constant of a graph as bytes. */
function bytesOf(graph: Awaited<ReturnType<typeof train>>["graph"]): string {
  return [...graph.tensors.values()]
    .map(
      ({ name, constant }) =>
        `${name} ${constant === null ? "" : Buffer.from(constant.buffer).toString("hex")}`,
    )
    .join("\n");
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
  return "no error";
}

describe("train", () => {
  it("learns, and tells of it", async () => {
    const events: TrainEvent[] = [];
    const result = await train(
      input({
        spec: trainSchema.parse({ epochs: 12, batchSize: 4, learningRate: 0.01 }),
        onProgress: (event) => events.push(event),
      }),
    );
    expect(result.history[result.bestEpoch - 1]!.validationAccuracy).toBeGreaterThan(0.95);
    expect(result.backend).toBe("wasm");
    expect(result.windowsPerSecond).toBeGreaterThan(0);
    const epochs = events.filter((event) => event.kind === "epoch");
    expect(epochs.map(({ epoch }) => epoch)).toEqual(result.history.map(({ epoch }) => epoch));
    expect(epochs.find(({ epoch }) => epoch === result.bestEpoch)!.best).toBe(true);
    const batch = events.find((event) => event.kind === "batch")!;
    expect(batch).toMatchObject({ epoch: 1, of: 12, seen: 80, windows: 120, learningRate: 0.01 });
    expect(batch.secondsLeft).toBeGreaterThan(0);
    expect(result.graph.metadata).toEqual({ preprocessing: PREPROCESSING, inputQuantizer: null });
  });

  it.each([
    ["LSTMs", recurrent],
    ["branches", branching],
    ["a GRU and a plain recurrent layer", gated],
    ["attention", attentive],
  ] as const)("learns with %s", async (_what, model) => {
    const spec = trainSchema.parse({ epochs: 12, batchSize: 8, learningRate: 0.01 });
    const { history, bestEpoch } = await train(input({ model, spec }));
    expect(history[bestEpoch - 1]!.validationAccuracy).toBeGreaterThan(0.95);
  });

  it.each([
    ["wasm", "convolutions", small],
    ["cpu", "convolutions", small],
    ["wasm", "LSTMs", recurrent],
    ["cpu", "LSTMs", recurrent],
    ["wasm", "branches", branching],
    ["cpu", "branches", branching],
    ["wasm", "a GRU and a plain recurrent layer", gated],
    ["cpu", "a GRU and a plain recurrent layer", gated],
    ["wasm", "attention", attentive],
    ["cpu", "attention", attentive],
  ] as const)("repeats itself to the byte on %s with %s", async (backend, _what, model) => {
    const spec = trainSchema.parse({ epochs: 2, batchSize: 16, backend });
    const first = bytesOf((await train(input({ model, spec }))).graph);
    const second = bytesOf((await train(input({ model, spec }))).graph);
    const other = bytesOf((await train(input({ model, spec, seed: 8 }))).graph);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it.each([
    ["convolutions", small],
    ["LSTMs", recurrent],
    ["branches", branching],
    ["a GRU and a plain recurrent layer", gated],
    ["attention", attentive],
  ] as const)("leaves no tensor of %s behind", async (_what, model) => {
    await train(input({ model }));
    const before = tf.memory().numTensors;
    await train(input({ model }));
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ["branches share a tensor", branching],
    ["attention weighs", attentive],
  ] as const)("has the gradients of its loss where %s", async (_what, model) => {
    const { ops } = await openBackend("wasm");
    const random = seededRandom("slopes");
    const network = createNetwork(model, random);
    // Attention that starts at 0 would have no other gradients.
    network.restore(network.save().map((array) => array.map((value) => value + 0.1 * random.normal())));
    const values = Float32Array.from({ length: 4 * WINDOW_SAMPLES * 6 }, () => random.normal());
    const pass = { ops, training: true, random: { ...random, uniform: () => 1 } };
    const loss = (): tf.Scalar => {
      const logits = network.logits(tf.tensor3d(values, [4, WINDOW_SAMPLES, 6]), pass);
      return crossEntropy(logits, Int32Array.of(0, 1, 2, 1), Float32Array.of(1, 1, 1), emptyScore());
    };
    const gradients = tf.tidy(() =>
      tf
        .grads(() => loss())(network.parameters.map(({ tensor }) => tensor))
        .map((grad) => grad.dataSync()),
    );
    const lossWith = (parameter: (typeof network.parameters)[number], i: number, value: number): number => {
      parameter.values[i] = value;
      upload(parameter);
      return tf.tidy(() => loss().dataSync()[0]!);
    };
    // Small, since ReLU and maxima have kinks.
    const step = 1e-4;
    network.parameters.forEach((parameter, p) => {
      const before = parameter.values[0]!;
      const slope =
        (lossWith(parameter, 0, before + step) - lossWith(parameter, 0, before - step)) / (2 * step);
      lossWith(parameter, 0, before);
      expect([parameter.name, Math.abs(slope - gradients[p]![0]!) < 5e-3 * (1 + Math.abs(slope))]).toEqual([
        parameter.name,
        true,
      ]);
    });
    network.dispose();
  });

  it("leaves no process listener behind", async () => {
    const before = process.listenerCount("uncaughtException");
    await openBackend("wasm");
    expect(process.listenerCount("uncaughtException")).toBe(before);
  });

  it("exports the best epoch's weights, as validated", async () => {
    const result = await train(
      input({ spec: trainSchema.parse({ epochs: 6, learningRate: 0.05, patience: 2 }) }),
    );
    const interpreter = floatInterpreter(result.graph);
    const { mean, deviation } = PREPROCESSING.normalization;
    let correct = 0;
    validationSet.streamOf.forEach((stream, w) => {
      const { samples, label } = validationSet.streams[stream]!;
      const start = validationSet.startOf[w]! * 6;
      interpreter.input.forEach((_, i) => {
        interpreter.input[i] = (samples[start + i]! / 256 - mean[i % 6]!) / deviation[i % 6]!;
      });
      interpreter.run();
      if (interpreter.output.indexOf(Math.max(...interpreter.output)) === label) correct++;
    });
    const best = result.history[result.bestEpoch - 1]!;
    expect(best.validationLoss).toBe(Math.min(...result.history.map((record) => record.validationLoss!)));
    expect(correct / validationSet.streamOf.length).toBeCloseTo(best.validationAccuracy!, 10);
  });

  it("says what it cannot train on", async () => {
    const none: WindowSet = selectWindows(trainSet, []);
    expect(await codeOf(train(input({ train: none })))).toBe("train/no-windows");
    expect(await codeOf(train(input({ validation: none })))).toBe("train/not-validated");
    const preprocessing = {
      ...PREPROCESSING,
      normalization: { ...PREPROCESSING.normalization, mean: [NaN, 0, 0, 0, 0, 0] },
    };
    expect(await codeOf(train(input({ preprocessing })))).toBe("train/diverged");
  });

  it("trains in one cycle without anybody who validates, and keeps the last epoch", async () => {
    const events: TrainEvent[] = [];
    const spec = trainSchema.parse({ schedule: "one-cycle", epochs: 3, batchSize: 8, learningRate: 0.02 });
    const { history, bestEpoch, graph } = await train(
      input({ spec, validation: selectWindows(trainSet, []), onProgress: (event) => events.push(event) }),
    );
    expect(bestEpoch).toBe(3);
    expect(history).toHaveLength(3);
    expect(history.map((record) => record.validationLoss)).toEqual([null, null, null]);
    // Who validates changes nothing of what is trained.
    expect(bytesOf((await train(input({ spec }))).graph)).toBe(bytesOf(graph));
  });

  it("stops when asked to", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(train(input({ signal: controller.signal }))).rejects.toThrow("enough");
  });
});

describe("models/", () => {
  const WRIST = { timeSteps: 60, channels: 6, classes: 7 };
  const UCI_HAR = { timeSteps: 128, channels: 9, classes: 6 };

  /** What is trained, and the folded graph. */
  async function sizesOf(id: string, dimensions: typeof WRIST): Promise<{ trained: number; graph: Graph }> {
    await openBackend("wasm");
    const file = `models/${id}.yaml`;
    const model = resolveModel(parseModel(parse(readFileSync(file, "utf8")), file), {}, dimensions);
    const network = createNetwork(model, seededRandom(1));
    const graph = foldGraph(exportGraph(network, null));
    network.dispose();
    return { trained: network.parameters.reduce((sum, { values }) => sum + values.length, 0), graph };
  }

  it.each([
    ["bandx-cnn", WRIST, 6000, 53_216],
    ["lstm", WRIST, 5223, 292_064],
    ["gru", WRIST, 4106, 219_104],
    ["rnn", WRIST, 1546, 73_184],
    ["zebin-lstm", WRIST, 13_639, 783_584],
    ["microbi-convlstm", UCI_HAR, 10_198, 301_088],
  ])("%s has the parameters and multiply-accumulates that its notes say", async (id, size, count, macs) => {
    const { graph } = await sizesOf(id, size);
    expect(countParameters(graph)).toBe(count);
    expect(countMacs(graph)).toBe(macs);
  });

  it("microbi-convlstm is the published net but for biases that are only added and steps that nobody reads", async () => {
    const { trained, graph } = await sizesOf("microbi-convlstm", UCI_HAR);
    const [units, gates, inputs, steps] = [24, 4, 16, 32];
    // PyTorch has two biases a gate, in each of the two directions.
    expect(trained + 2 * gates * units).toBe(10_454);
    // The published net runs the backward cell over the other steps, too.
    const cell = gates * units * (inputs + units);
    expect(countMacs(graph) + (steps - 1) * cell).toBe(420_128);
    const lstms = graph.nodes.filter(({ op }) => op.name === "UNIDIRECTIONAL_SEQUENCE_LSTM");
    expect(lstms.map((node) => outputsOf(graph, node)[0].shape)).toEqual([
      [1, steps, units],
      [1, 1, units],
    ]);
  });

  it.each([
    ["UCI HAR", UCI_HAR, 9_589, 637_414],
    ["WISDM", { timeSteps: 80, channels: 3, classes: 6 }, 4_981, 159_418],
  ])(
    "tinierhar is the published net on %s, but for what ptflops counts otherwise",
    async (_, size, count, macs) => {
      const { trained, graph } = await sizesOf("tinierhar", size);
      // Two gates' second biases of 16 units in two directions, and the score's.
      expect(trained + 2 * 2 * 16 + 1).toBe(count);
      // Biases 9 + 20 / 2 + 64 / 4 a value of the window, norms twice and ReLU and pools twice over; a GRU's biases and
      // element-wise operations a step; the score's bias; not the weighted sum; the classes' biases.
      const [values, steps] = [size.timeSteps * size.channels, size.timeSteps / 4];
      const ofValues = 9 + 10 + 16 + 2 * (8 + 8 + 8) + 2 * (4 + 4 + 8) + 2 * (8 + 8);
      const ofSteps = 2 * (6 * 16 + 7 * 16) + 1 - 2 * 16;
      expect(countMacs(graph) + values * ofValues + steps * ofSteps + size.classes).toBe(macs);
    },
  );

  it("zebin-lstm has as many layers as it is told", async () => {
    const { graph } = await sizesOf("zebin-lstm", UCI_HAR);
    expect(graph.nodes.map(({ op }) => op.name)).toEqual([
      "RESHAPE",
      "UNIDIRECTIONAL_SEQUENCE_LSTM",
      "RESHAPE",
      "MUL",
      "ADD",
      "RESHAPE",
      "UNIDIRECTIONAL_SEQUENCE_LSTM",
      "STRIDED_SLICE",
      "MUL",
      "FULLY_CONNECTED",
      "SOFTMAX",
    ]);
  });
});

describe("exported graphs", () => {
  const MODELS = {
    "every convolution": modelOf(
      { conv1d: { filters: 5, kernel: 4, stride: 2, activation: "relu" } },
      { depthwiseConv1d: { kernel: 3, dilation: 2, activation: "relu" } },
      { separableConv1d: { filters: 7, kernel: 5, padding: "valid" } },
      "relu",
      { averagePool1d: { size: 2, stride: 1 } },
      "flatten",
      { dense: { units: 9, activation: "relu", bias: false } },
      { batchNorm: {} },
      { dropout: { rate: 0.5 } },
      { dense: { units: 3 } },
      "softmax",
    ),
    "maxima and padding": modelOf(
      { depthwiseConv1d: { kernel: 4, stride: 3, bias: false } },
      { maxPool1d: { size: 3, stride: 2, padding: "same" } },
      { batchNorm: { activation: "relu" } },
      "globalMaxPool1d",
      { dense: { units: 3 } },
      "softmax",
    ),
    "a stack of LSTMs": modelOf(
      { lstm: { units: 5, returnSequences: true } },
      { batchNorm: { activation: "relu" } },
      "maxPool1d",
      { lstm: { units: 4, returnSequences: true } },
      { conv1d: { filters: 6, kernel: 3 } },
      { lstm: { units: 7 } },
      { batchNorm: {} },
      { dense: { units: 3 } },
      "softmax",
    ),
    "an LSTM in both directions": modelOf(
      { conv1d: { filters: 6, kernel: 3 } },
      { batchNorm: { activation: "relu" } },
      { maxPool1d: { size: 2 } },
      { lstm: { units: 5, bidirectional: true } },
      { dropout: { rate: 0.2 } },
      { dense: { units: 3 } },
      "softmax",
    ),
    "a GRU over all steps in both directions": modelOf(
      { conv1d: { filters: 6, kernel: 3 } },
      { gru: { units: 5, bidirectional: true, returnSequences: true } },
      { gru: { units: 4, bidirectional: true } },
      { dense: { units: 3 } },
      "softmax",
    ),
    "plain recurrent layers one after another": modelOf(
      { rnn: { units: 5, returnSequences: true } },
      { rnn: { units: 4, bidirectional: true, returnSequences: true } },
      { rnn: { units: 6, bidirectional: true } },
      { dense: { units: 3 } },
      "softmax",
    ),
    "recurrent layers over one step": modelOf(
      { maxPool1d: { size: WINDOW_SAMPLES } },
      { gru: { units: 5, bidirectional: true, returnSequences: true } },
      { rnn: { units: 4, returnSequences: true } },
      { gru: { units: 3 } },
      "softmax",
    ),
    "a GRU to the end": modelOf({ gru: { units: 3 } }, "softmax"),
    "an LSTM to the end": modelOf({ lstm: { units: 3 } }, "softmax"),
    "paths added, side by side, in one another, and of nothing": modelOf(
      {
        branches: {
          merge: "concat",
          activation: "relu",
          paths: [
            [],
            [{ maxPool1d: { size: 3, stride: 1, padding: "same" } }],
            [
              { conv1d: { filters: 5, kernel: 1, activation: "relu" } },
              { branches: { merge: "add", paths: [[], [{ depthwiseConv1d: {} }, { batchNorm: {} }], []] } },
            ],
          ],
        },
      },
      { branches: { merge: "add", paths: [[], []] } },
      {
        branches: {
          merge: "concat",
          paths: [
            ["globalAveragePool1d"],
            [{ lstm: { units: 4 } }],
            [{ conv1d: { filters: 2, stride: 4 } }, "flatten"],
          ],
        },
      },
      {
        branches: {
          merge: "add",
          activation: "relu",
          paths: [[], [{ dense: { units: 33 } }, { batchNorm: {} }]],
        },
      },
      { dense: { units: 3 } },
      "softmax",
    ),
    "an average over time, weighted": modelOf(
      { conv1d: { filters: 4, stride: 2 } },
      "attentionPool1d",
      { dense: { units: 3 } },
      "softmax",
    ),
    "streams, and nothing between": modelOf(
      "splitChannels",
      "joinChannels",
      "globalMaxPool1d",
      { dense: { units: 3 } },
      "softmax",
    ),
    small,
    branching,
    attentive,
  } as const;

  it.each(Object.keys(MODELS) as (keyof typeof MODELS)[])(
    "%s: interpreter and TensorFlow.js agree",
    async (name) => {
      const { ops } = await openBackend("wasm");
      const random = seededRandom(name);
      const network = createNetwork(MODELS[name], random);
      // Biases and moving statistics start at constants that would hide mistakes.
      const saved = network
        .save()
        .map((array) => array.map((value) => value + 0.3 * Math.abs(random.normal())));
      network.restore(saved);
      const graph = exportGraph(network, null);
      validateGraph(graph);
      const values = Float32Array.from({ length: WINDOW_SAMPLES * 6 }, () => random.normal());
      const expected = tf.tidy(() => {
        const x = tf.tensor3d(values, [1, WINDOW_SAMPLES, 6]);
        return tf.softmax(network.logits(x, { ops, training: false, random })).dataSync();
      });
      const interpreter = floatInterpreter(graph);
      interpreter.input.set(values);
      interpreter.run();
      interpreter.output.forEach((value, k) => {
        expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-4);
      });
      network.dispose();
    },
  );
});

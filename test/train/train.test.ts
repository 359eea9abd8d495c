// Training as a whole: it learns, it repeats itself to the byte, it leaks nothing, and its graph says what it says.
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { selectWindows, type WindowSet } from "../../src/data/window-set.ts";
import { floatInterpreter } from "../../src/interpret/interpreter.ts";
import { countMacs, countParameters } from "../../src/ir/graph.ts";
import { validateGraph } from "../../src/ir/validate.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { trainSchema } from "../../src/spec/band.ts";
import { parseModel, resolveModel } from "../../src/spec/model.ts";
import { openBackend } from "../../src/train/backend.ts";
import type { TrainEvent } from "../../src/train/events.ts";
import { exportGraph } from "../../src/train/export.ts";
import { createNetwork } from "../../src/train/network.ts";
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

const trainSet = syntheticWindows("train", 5);
const validationSet = syntheticWindows("validation", 2);

const input = (changes: Partial<TrainInput> = {}): TrainInput => ({
  model: small,
  train: trainSet,
  validation: validationSet,
  preprocessing: PREPROCESSING,
  spec: trainSchema.parse({ epochs: 3, batchSize: 16, learningRate: 0.01 }),
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

  it.each(["wasm", "cpu"] as const)("repeats itself to the byte on %s", async (backend) => {
    const spec = trainSchema.parse({ epochs: 2, batchSize: 16, backend });
    const first = bytesOf((await train(input({ spec }))).graph);
    const second = bytesOf((await train(input({ spec }))).graph);
    const other = bytesOf((await train(input({ spec, seed: 8 }))).graph);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it("leaves no tensor behind", async () => {
    await train(input());
    const before = tf.memory().numTensors;
    await train(input());
    expect(tf.memory().numTensors).toBe(before);
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
    expect(best.validationLoss).toBe(Math.min(...result.history.map((record) => record.validationLoss)));
    expect(correct / validationSet.streamOf.length).toBeCloseTo(best.validationAccuracy, 10);
  });

  it("says what it cannot train on", async () => {
    const none: WindowSet = selectWindows(trainSet, []);
    expect(await codeOf(train(input({ train: none })))).toBe("train/no-windows");
    expect(await codeOf(train(input({ validation: none })))).toBe("train/no-windows");
    const preprocessing = {
      ...PREPROCESSING,
      normalization: { ...PREPROCESSING.normalization, mean: [NaN, 0, 0, 0, 0, 0] },
    };
    expect(await codeOf(train(input({ preprocessing })))).toBe("train/diverged");
  });

  it("stops when asked to", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(train(input({ signal: controller.signal }))).rejects.toThrow("enough");
  });
});

describe("models/bandx-cnn.yaml", () => {
  it("has the parameters and multiply-accumulates that its notes say", async () => {
    await openBackend("wasm");
    const spec = parseModel(parse(readFileSync("models/bandx-cnn.yaml", "utf8")), "models/bandx-cnn.yaml");
    const network = createNetwork(
      resolveModel(spec, {}, { timeSteps: 60, channels: 6, classes: 7 }),
      seededRandom(1),
    );
    const folded = foldGraph(exportGraph(network, null));
    network.dispose();
    expect(countParameters(folded)).toBe(6000);
    expect(countMacs(folded)).toBe(53216);
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
    small,
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

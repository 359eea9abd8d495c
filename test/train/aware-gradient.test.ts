// The int8 simulation with its rounding taken out: then it is the float network, and its gradients, those of loops and of
// attention among them, are finite differences.
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { windowCount } from "../../src/data/window-set.ts";
import { floatFrames } from "../../src/evaluate/frames.ts";
import { observedNames } from "../../src/interpret/observe.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { simulateInt8 } from "../../src/train/aware/simulation.ts";
import { openBackend } from "../../src/train/backend.ts";
import { exportGraph } from "../../src/train/export.ts";
import { createNetwork } from "../../src/train/network.ts";
import type { TensorOps } from "../../src/train/ops.ts";
import { type Parameter, upload } from "../../src/train/parameters.ts";
import { untrainedGraph } from "../../src/train/untrained.ts";
import { seededRandom } from "../../src/util/random.ts";
import { MODEL_NAMES, modelFor } from "../support/bandx.ts";
import { MODELS, quantize, validationSet } from "./aware-models.ts";
import { PREPROCESSING, WINDOW_SAMPLES } from "./synthetic.ts";

/** Nothing is rounded but constants that stand for activations. */
function withoutRounding(ops: TensorOps): TensorOps {
  return {
    ...ops,
    fakeQuantize: (x) => x,
    fakeQuantizeWeights: (w) => w,
    fakeQuantizeBias: (bias) => bias,
    lstm: (x, w, recurrent, bias) => ops.lstm(x, w, recurrent, bias),
  };
}

/** So small that hardly a ReLU or a maximum changes sides. */
const STEP = 3e-4;
const WINDOWS = 6;
const WIDTH = WINDOW_SAMPLES * 6;

function windows(): tf.Tensor3D {
  const frames = floatFrames(validationSet, PREPROCESSING.normalization);
  const values = new Float32Array(WINDOWS * WIDTH);
  const spread = Math.floor(windowCount(validationSet) / WINDOWS);
  for (let i = 0; i < WINDOWS; i++) frames(i * spread, values.subarray(i * WIDTH, (i + 1) * WIDTH));
  return tf.tensor3d(values, [WINDOWS, WINDOW_SAMPLES, 6]);
}

/** Moves every parameter by `step` times its part of the direction. */
function move(parameters: readonly Parameter[], direction: readonly Float32Array[], step: number): void {
  parameters.forEach((parameter, p) => {
    direction[p]!.forEach((part, i) => {
      parameter.values[i]! += step * part;
    });
    upload(parameter);
  });
}

describe("simulateInt8 without rounding", () => {
  it.each(Object.entries(MODELS))("%s: is the float network, gradients and all", async (_, model) => {
    const opened = await openBackend("wasm");
    const ops = withoutRounding(opened.ops);
    const random = seededRandom(7);
    const network = createNetwork(model, random);
    // Away from what every network starts with: biases of 0, attention that is turned off.
    for (const parameter of network.parameters) {
      const own = random.fork(parameter.name);
      for (let i = 0; i < parameter.values.length; i++) parameter.values[i]! += 0.2 * own.normal();
      upload(parameter);
    }
    const float = foldGraph(exportGraph(network, { preprocessing: PREPROCESSING, inputQuantizer: null }));
    const simulation = simulateInt8(float, quantize);
    const x = windows();
    const pass = { ops, training: false, random };
    const fixed = tf.tensor2d(
      Array.from({ length: WINDOWS * 3 }, () => random.normal()),
      [WINDOWS, 3],
    );
    const [own, wanted] = [simulation, network].map((one) => tf.tidy(() => one.logits(x, pass).dataSync()));
    own!.forEach((value, i) => {
      expect(Math.abs(value - wanted![i]!)).toBeLessThan(0.02);
    });

    const { parameters } = simulation;
    const loss = (): tf.Scalar => tf.sum(tf.mul(simulation.logits(x, pass), fixed));
    const gradients = tf.tidy(() =>
      tf
        .grads(() => loss())(parameters.map(({ tensor }) => tensor))
        .map((gradient) => Float32Array.from(gradient.dataSync<"float32">())),
    );
    const direction = parameters.map(({ values }) => values.map(() => random.normal()));
    const slope = gradients.reduce(
      (sum, gradient, p) => sum + gradient.reduce((part, value, i) => part + value * direction[p]![i]!, 0),
      0,
    );
    const at = (step: number): number => {
      move(parameters, direction, step);
      const [value] = tf.tidy(() => loss().dataSync());
      move(parameters, direction, -step);
      return value!;
    };
    const measured = (at(STEP) - at(-STEP)) / (2 * STEP);
    expect(Math.abs(slope)).toBeGreaterThan(0.1);
    expect(Math.abs(measured - slope)).toBeLessThan(0.01 * Math.abs(slope));
    tf.dispose([x, fixed]);
    simulation.dispose();
    network.dispose();
  });
});

describe("models/", () => {
  const preprocessing = { ...PREPROCESSING, windowSamples: 60 };
  const anyRange = (float: Graph): Graph =>
    quantizeGraph(float, new Map(observedNames(float).map((name) => [name, { min: -2, max: 2 }])));

  it.each(MODEL_NAMES)("%s is trained for int8", async (name) => {
    const { ops } = await openBackend("wasm");
    const float = foldGraph(await untrainedGraph(modelFor(name, preprocessing), preprocessing, "wasm"));
    const simulation = simulateInt8(float, anyRange);
    const random = seededRandom(name);
    const gradients = tf.tidy(() => {
      const x = tf.tensor3d(
        Array.from({ length: 2 * 60 * 6 }, () => random.normal()),
        [2, 60, 6],
      );
      const loss = (): tf.Scalar =>
        tf.sum(tf.slice(simulation.logits(x, { ops, training: true, random }), [0, 0], [2, 1]));
      const inputs = simulation.parameters.map(({ tensor }) => tensor);
      return tf
        .grads(() => loss())(inputs)
        .map((gradient) => Float32Array.from(gradient.dataSync<"float32">()));
    });
    expect(gradients.every((gradient) => gradient.every(Number.isFinite))).toBe(true);
    // The first layer's weights, from which the way to the classes is the longest.
    expect(Math.max(...gradients[0]!.map(Math.abs))).toBeGreaterThan(0);
    simulation.dispose();
  });
});

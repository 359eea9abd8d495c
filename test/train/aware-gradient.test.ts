// The int8 simulation with its rounding taken out: then it is the float network, and its gradients, those of loops and of
// attention among them, are finite differences. With TensorFlow.js's core alone, as in training: it has no gradients of its
// own, which would hide one that is missing here.
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
import type { Pass } from "../../src/train/layers/layer.ts";
import { crossEntropy, emptyScore, scoreLogits } from "../../src/train/loss.ts";
import { createNetwork, type Trainable } from "../../src/train/network.ts";
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

/** A small step is lost in float32, in a large one a ReLU or a maximum may change sides: one of them is between. */
const STEPS = [3e-4, 1e-4, 1e-3];
const WINDOWS = 6;
const WIDTH = WINDOW_SAMPLES * 6;

function windows(): tf.Tensor3D {
  const frames = floatFrames(validationSet, PREPROCESSING.normalization);
  const values = new Float32Array(WINDOWS * WIDTH);
  const spread = Math.floor(windowCount(validationSet) / WINDOWS);
  for (let i = 0; i < WINDOWS; i++) frames(i * spread, values.subarray(i * WIDTH, (i + 1) * WIDTH));
  return tf.tensor3d(values, [WINDOWS, WINDOW_SAMPLES, 6]);
}

const LABELS = Int32Array.of(0, 1, 2, 0, 1, 2);
const CLASS_WEIGHTS = Float32Array.of(1, 1, 1);

/** Mean over the windows, in double. */
function lossOf(network: Trainable, x: tf.Tensor3D, pass: Pass): number {
  const score = emptyScore();
  const logits = tf.tidy(() => network.logits(x, pass).dataSync<"float32">());
  scoreLogits(logits, LABELS, CLASS_WEIGHTS, score);
  return score.loss / LABELS.length;
}

/** One for each parameter. */
function gradientsOf(network: Trainable, x: tf.Tensor3D, pass: Pass): readonly Float32Array[] {
  return tf.tidy(() =>
    tf
      .grads(() => crossEntropy(network.logits(x, pass), LABELS, CLASS_WEIGHTS, emptyScore()))(
        network.parameters.map(({ tensor }) => tensor),
      )
      .map((gradient) => Float32Array.from(gradient.dataSync<"float32">())),
  );
}

/** Moves a parameter by `step` times the direction. */
function move(parameter: Parameter, direction: Float32Array, step: number): void {
  direction.forEach((part, i) => {
    parameter.values[i]! += step * part;
  });
  upload(parameter);
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
    const [own, wanted] = [simulation, network].map((one) => tf.tidy(() => one.logits(x, pass).dataSync()));
    own!.forEach((value, i) => {
      expect(Math.abs(value - wanted![i]!)).toBeLessThan(0.02);
    });

    const gradients = gradientsOf(simulation, x, pass);
    simulation.parameters.forEach((parameter, p) => {
      const direction = parameter.values.map(() => random.normal());
      const slope = direction.reduce((sum, part, i) => sum + part * gradients[p]![i]!, 0);
      const lossAt = (step: number): number => {
        const before = parameter.values.slice();
        move(parameter, direction, step);
        const loss = lossOf(simulation, x, pass);
        parameter.values.set(before);
        upload(parameter);
        return loss;
      };
      const isRight = STEPS.some((step) => {
        const measured = (lossAt(step) - lossAt(-step)) / (2 * step);
        return Math.abs(measured - slope) < 1e-4 + 0.02 * Math.abs(slope);
      });
      expect(isRight, parameter.name).toBe(true);
    });
    x.dispose();
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
    // Away from 0, with which attention begins: then nothing is learnt by what is multiplied by it.
    for (const parameter of simulation.parameters) {
      move(
        parameter,
        parameter.values.map(() => random.normal()),
        0.1,
      );
    }
    const x = tf.tensor3d(
      Array.from({ length: WINDOWS * 60 * 6 }, () => random.normal()),
      [WINDOWS, 60, 6],
    );
    const gradients = gradientsOf(simulation, x, { ops, training: true, random });
    gradients.forEach((gradient, p) => {
      const { name: parameter } = simulation.parameters[p]!;
      expect(gradient.every(Number.isFinite), parameter).toBe(true);
      // The way to the classes is the longest from the first layer, and from within a loop.
      if (p > 0 && !parameter.includes("/subgraph ")) return;
      expect(Math.max(...gradient.map(Math.abs)), parameter).toBeGreaterThan(0);
    });
    x.dispose();
    simulation.dispose();
  });
});

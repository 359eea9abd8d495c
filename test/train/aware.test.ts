// Quantisation-aware fine-tuning: the network in training computes what int8 will, and mends what int8 breaks.
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { labelOf, windowCount } from "../../src/data/window-set.ts";
import { floatFrames, int8Frames } from "../../src/evaluate/frames.ts";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { bodiesOf, type Graph, inputsOf, type Node, tensorOf } from "../../src/ir/graph.ts";
import { roleOf } from "../../src/ir/op.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { trainAware } from "../../src/train/aware/aware.ts";
import { simulateInt8 } from "../../src/train/aware/simulation.ts";
import { openBackend } from "../../src/train/backend.ts";
import { exportGraph } from "../../src/train/export.ts";
import { createNetwork } from "../../src/train/network.ts";
import { train } from "../../src/train/train.ts";
import { seededRandom } from "../../src/util/random.ts";
import { common, END, MODELS, modelOf, quantize, validationSet } from "./aware-models.ts";
import { PREPROCESSING, WINDOW_SAMPLES } from "./synthetic.ts";

/** The int8 network's logits, as steps of their scale, [windows, classes]. */
function int8Logits(int8: Graph): {
  readonly steps: Int8Array;
  readonly scale: number;
  readonly zeroPoint: number;
} {
  const [logits] = int8.nodes.at(-1)!.inputs as [string];
  const { quant } = tensorOf(int8, logits);
  if (quant?.kind !== "perTensor") throw new Error("logits are quantised per tensor");
  const interpreter = int8Interpreter({ ...int8, nodes: int8.nodes.slice(0, -1), output: logits });
  const frames = int8Frames(validationSet, int8.metadata!.inputQuantizer!);
  const steps = new Int8Array(3 * windowCount(validationSet));
  for (let i = 0; i < windowCount(validationSet); i++) {
    frames(i, interpreter.input);
    interpreter.run();
    steps.set(interpreter.output, 3 * i);
  }
  return { steps, ...quant };
}

function accuracyOf(int8: Graph): number {
  const { steps } = int8Logits(int8);
  let correct = 0;
  for (let i = 0; i < windowCount(validationSet); i++) {
    if (bestOf(steps, i) === labelOf(validationSet, i)) correct++;
  }
  return correct / windowCount(validationSet);
}

const bestOf = (logits: ArrayLike<number>, i: number): number => {
  const own = [0, 1, 2].map((k) => logits[3 * i + k]!);
  return own.indexOf(Math.max(...own));
};

describe("simulateInt8", () => {
  it.each(Object.entries(MODELS))("%s: decides as the int8 network does", async (_, model) => {
    const { graph } = await train({ ...common, model, prune: null });
    const float = foldGraph(graph);
    const int8 = quantize(float);
    const { ops } = await openBackend("wasm");
    const network = simulateInt8(float, quantize);
    const count = windowCount(validationSet);
    const values = new Float32Array(count * WINDOW_SAMPLES * 6);
    const frames = floatFrames(validationSet, PREPROCESSING.normalization);
    for (let i = 0; i < count; i++) {
      frames(i, values.subarray(i * WINDOW_SAMPLES * 6, (i + 1) * WINDOW_SAMPLES * 6));
    }
    const logits = tf.tidy(() =>
      network
        .logits(tf.tensor3d(values, [count, WINDOW_SAMPLES, 6]), {
          ops,
          training: false,
          random: seededRandom(0),
        })
        .dataSync<"float32">(),
    );
    const { steps, scale, zeroPoint } = int8Logits(int8);
    let [same, far, differing] = [0, 0, 0];
    for (let i = 0; i < count; i++) if (bestOf(logits, i) === bestOf(steps, i)) same++;
    logits.forEach((value, i) => {
      const distance = Math.abs(Math.round(value / scale) + zeroPoint - steps[i]!);
      far = Math.max(far, distance);
      differing += distance > 1 ? 1 : 0;
    });
    expect(same / count).toBeGreaterThan(0.99);
    // What a loop rounds otherwise it reads again.
    expect(far).toBeLessThanOrEqual(float.nodes.some(({ op }) => op.loop !== undefined) ? 2 : 1);
    expect(differing / logits.length).toBeLessThan(0.02);
    network.dispose();
  });

  it.each(["LSTMs", "GRUs both ways"] as const)(
    "%s: exports what it was given as long as nothing is trained",
    async (name) => {
      await openBackend("wasm");
      const network = createNetwork(MODELS[name], seededRandom(1));
      const float = foldGraph(exportGraph(network, { preprocessing: PREPROCESSING, inputQuantizer: null }));
      const simulation = simulateInt8(float, quantize);
      expect(simulation.export()).toEqual(float);
      // Every weight and bias is trained.
      const constants = bodiesOf(float).flatMap(({ body }) =>
        body.nodes.flatMap((node) =>
          inputsOf(body, node).filter(
            ({ constant }, i) => constant !== null && roleOf(node.op, i) !== "activation",
          ),
        ),
      );
      expect(simulation.parameters.length).toBe(constants.length);
      simulation.dispose();
      network.dispose();
    },
  );
});

/** The same function with layers whose units differ by 2.2 ** 11: the one int8 scale of a dense layer cannot hold them. */
function unbalanced(graph: Graph): Graph {
  const factors = Array.from({ length: 12 }, (_, i) => 2.2 ** (6 - i));
  const tensors = new Map(graph.tensors);
  const scale = (name: string, factorAt: (i: number, shape: readonly number[]) => number): void => {
    const tensor = tensorOf(graph, name);
    const constant = Float32Array.from(tensor.constant!, (value, i) => value * factorAt(i, tensor.shape));
    tensors.set(name, { ...tensor, constant });
  };
  const [first, second] = graph.nodes.filter(({ op }) => op.name === "FULLY_CONNECTED") as [Node, Node];
  scale(first.inputs[1]!, (i, shape) => factors[Math.floor(i / shape[1]!)]!);
  scale(first.inputs[2]!, (i) => factors[i]!);
  scale(second.inputs[1]!, (i) => 1 / factors[i % 12]!);
  return { ...graph, tensors };
}

describe("trainAware", () => {
  const model = modelOf(
    { conv1d: { filters: 6, activation: "relu" } },
    "globalMaxPool1d",
    { dense: { units: 12, activation: "relu" } },
    ...END,
  );
  const aware = { epochs: 20, learningRate: 0.01 };

  it("mends a network that int8 breaks", async () => {
    const trained = await train({ ...common, model, prune: null });
    const float = unbalanced(foldGraph(trained.graph));
    const before = accuracyOf(quantize(float));
    const tensorsBefore = tf.memory().numTensors;
    const tuned = await trainAware({ ...common, float, quantize, aware });
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    const after = accuracyOf(quantize(tuned.graph));
    expect(trained.history[trained.bestEpoch - 1]!.validationAccuracy).toBeGreaterThan(0.95);
    expect(before).toBeLessThan(0.5);
    expect(after).toBeGreaterThan(0.95);
    const { validation, history, bestEpoch } = tuned.record;
    // What was validated is what was quantised, but for a window on the edge.
    expect(validation.before!.accuracy).toBeCloseTo(before, 1);
    expect(validation.after!.accuracy).toBeCloseTo(after, 1);
    expect(validation.after!.loss).toBe(history[bestEpoch - 1]!.validationLoss);
  });

  it("repeats itself to the byte", async () => {
    const network = createNetwork(model, seededRandom(2));
    const float = foldGraph(exportGraph(network, { preprocessing: PREPROCESSING, inputQuantizer: null }));
    network.dispose();
    const input = { ...common, float, quantize, aware: { epochs: 2, learningRate: 0.01 } };
    const [first, second, other] = [
      await trainAware(input),
      await trainAware(input),
      await trainAware({ ...input, seed: 6 }),
    ];
    expect(first.record.bestEpoch).toBe(2);
    expect(second.graph.tensors).toEqual(first.graph.tensors);
    expect(other.graph.tensors).not.toEqual(first.graph.tensors);
  });

  it("leaves a network alone that no epoch makes better", async () => {
    const trained = await train({ ...common, model, prune: null });
    const float = foldGraph(trained.graph);
    const tuned = await trainAware({ ...common, float, quantize, aware: { epochs: 1, learningRate: 1 } });
    expect(tuned.record).toMatchObject({ bestEpoch: 0 });
    expect(tuned.graph).toEqual(float);
  });
});

// Pruning: the narrower network computes what the whole one does without the outputs that went.
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { selectWindows } from "../../src/data/window-set.ts";
import { countParameters } from "../../src/ir/graph.ts";
import { validateGraph } from "../../src/ir/validate.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { type PruneSpec, trainSchema } from "../../src/spec/band.ts";
import { type Layer, parseModel, type ResolvedModel, resolveModel } from "../../src/spec/model.ts";
import { prunedWidths, widthOf, withWidths } from "../../src/spec/prune-model.ts";
import { type Backend, openBackend } from "../../src/train/backend.ts";
import { classWeights, createBatchSource } from "../../src/train/batches.ts";
import { exportGraph } from "../../src/train/export.ts";
import type { RuntimeLayer } from "../../src/train/layers/layer.ts";
import type { Lesson } from "../../src/train/lesson.ts";
import { createNetwork, type Network } from "../../src/train/network.ts";
import { type Parameter, upload } from "../../src/train/parameters.ts";
import { cutNetwork } from "../../src/train/prune/cut.ts";
import { taylorImportance } from "../../src/train/prune/importance.ts";
import { train } from "../../src/train/train.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING, syntheticWindows, WINDOW_SAMPLES } from "./synthetic.ts";

const DIMENSIONS = { timeSteps: WINDOW_SAMPLES, channels: 6, classes: 3 };

function modelOf(...layers: readonly unknown[]): ResolvedModel {
  const spec = parseModel({ id: "test", title: "test", source: "test", layers }, "test.yaml");
  return resolveModel(spec, {}, DIMENSIONS);
}

const END = [{ dense: { units: "$classes" } }, "softmax"];
const MODELS = {
  "convolutions with batch norms": modelOf(
    { separableConv1d: { filters: 8, bias: false } },
    { batchNorm: { activation: "relu" } },
    "maxPool1d",
    { conv1d: { filters: 9, kernel: 5, stride: 2 } },
    { batchNorm: {} },
    "relu",
    "globalAveragePool1d",
    { dense: { units: 7, activation: "relu" } },
    { dropout: { rate: 0.1 } },
    ...END,
  ),
  "a flattened sequence": modelOf(
    { conv1d: { filters: 6, activation: "relu" } },
    { depthwiseConv1d: { kernel: 3, activation: "relu" } },
    { averagePool1d: { size: 2 } },
    { conv1d: { filters: 5, bias: false } },
    "flatten",
    { dense: { units: 8, activation: "relu" } },
    "batchNorm",
    ...END,
  ),
  LSTMs: modelOf(
    { lstm: { units: 6, returnSequences: true } },
    "batchNorm",
    { lstm: { units: 5, returnSequences: true } },
    { separableConv1d: { filters: 4, activation: "relu" } },
    { lstm: { units: 7 } },
    ...END,
  ),
  "paths side by side": modelOf(
    { conv1d: { filters: 6 } },
    {
      branches: {
        merge: "concat",
        activation: "relu",
        paths: [
          [{ conv1d: { filters: 5, kernel: 1 } }, { batchNorm: { activation: "relu" } }],
          [],
          [{ conv1d: { filters: 4 } }, "relu", { separableConv1d: { filters: 7 } }],
        ],
      },
    },
    { conv1d: { filters: 5 } },
    {
      branches: {
        merge: "concat",
        activation: "none",
        paths: [["globalMaxPool1d"], ["globalAveragePool1d"]],
      },
    },
    ...END,
  ),
  "paths that are added": modelOf(
    { conv1d: { filters: 6 } },
    { batchNorm: { activation: "relu" } },
    {
      branches: {
        merge: "add",
        activation: "relu",
        paths: [
          [{ conv1d: { filters: 5 } }, { batchNorm: { activation: "relu" } }, { conv1d: { filters: 6 } }],
          [],
        ],
      },
    },
    "globalAveragePool1d",
    { dense: { units: 5 } },
    ...END,
  ),
  "other recurrent layers": modelOf(
    { gru: { units: 5, returnSequences: true, bidirectional: true } },
    { rnn: { units: 6, returnSequences: true } },
    { gru: { units: 7 } },
    ...END,
  ),
  "streams and attention": modelOf(
    { conv1d: { filters: 5 } },
    "splitChannels",
    { conv1d: { filters: 8 } },
    "relu",
    { conv1d: { filters: 7 } },
    "joinChannels",
    { conv1d: { filters: 6 } },
    { batchNorm: { activation: "relu" } },
    { conv1d: { filters: 6 } },
    "attentionPool1d",
    ...END,
  ),
  "an LSTM in both directions": modelOf(
    { conv1d: { filters: 6 } },
    { lstm: { units: 5, bidirectional: true } },
    "batchNorm",
    ...END,
  ),
} as const;

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend("wasm");
});

function logitsOf(network: Network): number[] {
  const random = seededRandom("windows");
  const values = Float32Array.from({ length: 4 * WINDOW_SAMPLES * 6 }, () => random.normal());
  return tf.tidy(() => {
    const x = tf.tensor3d(values, [4, WINDOW_SAMPLES, 6]);
    return [...network.logits(x, { ops: backend.ops, training: false, random }).dataSync()];
  });
}

/** Weights, biases and statistics all away from what they start as. */
function shakenNetwork(model: ResolvedModel): Network {
  const random = seededRandom("network");
  const network = createNetwork(model, random);
  network.restore(
    network.save().map((array) => array.map((value) => value + 0.2 * Math.abs(random.normal()))),
  );
  return network;
}

/** Every layer with its variables and those of the layer behind it, in whatever path. */
function withNeighbours(
  layers: readonly Layer[],
  runtimes: readonly RuntimeLayer[],
): { layer: Layer; own: readonly Parameter[]; behind: Layer | undefined; next: readonly Parameter[] }[] {
  return layers.flatMap((layer, i) =>
    layer.kind === "branches"
      ? layer.paths.flatMap((path, p) => withNeighbours(path, runtimes[i]!.paths![p]!))
      : [
          {
            layer,
            own: runtimes[i]!.parameters,
            behind: layers[i + 1],
            next: runtimes[i + 1]?.parameters ?? [],
          },
        ],
  );
}

/** Makes an output zero for every input, in the layer itself and in those that would add to it on its way. */
function silence({ model, layers }: Network, layer: Layer, channel: number): void {
  const { own, behind, next } = withNeighbours(model.layers, layers).find((one) => one.layer === layer)!;
  const width = widthOf(layer)!;
  const direction = Math.floor(channel / width);
  const cell = own.slice(3 * direction, 3 * direction + 3);
  const makers: Partial<Record<Layer["kind"], readonly Parameter[]>> = {
    separableConv1d: own.slice(1),
    lstm: cell,
    gru: cell,
    rnn: cell,
  };
  for (const { values } of makers[layer.kind] ?? own) {
    values.forEach((_, i) => {
      if (i % width === channel % width) values[i] = 0;
    });
  }
  // A bias, or γ and β.
  const added = behind?.kind === "batchNorm" ? next : behind?.kind === "depthwiseConv1d" ? next.slice(1) : [];
  for (const { values } of added) values[channel] = 0;
  for (const parameter of [...own, ...next]) upload(parameter);
}

describe("cutNetwork", () => {
  it.each(Object.entries(MODELS))("%s: what is cut away is all that is missing", (_, model) => {
    const network = shakenNetwork(model);
    const widths = prunedWidths(model, 0.4);
    const random = seededRandom("scores");
    const importance = new Map(
      [...widths.keys()].map((layer) => [
        layer,
        Float64Array.from({ length: layer.output.at(-1)! }, () => random.uniform()),
      ]),
    );
    const narrow = cutNetwork(network, widths, importance);
    const whole = logitsOf(network);
    const cut = logitsOf(narrow);

    for (const [layer, width] of widths) {
      const scores = importance.get(layer)!;
      const units = widthOf(layer)!;
      for (let first = 0; first < scores.length; first += units) {
        const own = Array.from({ length: units }, (__, i) => first + i);
        const gone = own.sort((a, b) => scores[b]! - scores[a]!).slice(width);
        expect(gone.length).toBe(units - width);
        for (const channel of gone) silence(network, layer, channel);
      }
    }
    logitsOf(network).forEach((value, i) => {
      expect(cut[i]).toBeCloseTo(value, 4);
    });
    // The outputs that went did matter.
    expect(Math.max(...cut.map((value, i) => Math.abs(value - whole[i]!)))).toBeGreaterThan(0.05);
    validateGraph(exportGraph(narrow, null));
    narrow.dispose();
    network.dispose();
  });
});

describe("prunedWidths", () => {
  it("takes a share of every hidden width, and never all of one", () => {
    const model = modelOf(
      { conv1d: { filters: 10 } },
      { conv1d: { filters: 1 } },
      { lstm: { units: 4, bidirectional: true } },
      { dense: { units: 3 } },
      ...END,
    );
    const widths = prunedWidths(model, 0.9);
    expect([...widths.values()]).toEqual([1, 1, 1]);
    expect([...widths.keys()].map(({ kind }) => kind)).toEqual(["conv1d", "lstm", "dense"]);
    const narrow = withWidths(model, prunedWidths(model, 0.3));
    expect(narrow.layers.map(({ output }) => output)).toEqual([[24, 7], [24, 1], [6], [2], [3], [3]]);
  });

  it("leaves what is added as wide as what it is added to", () => {
    const widths = prunedWidths(MODELS["paths that are added"], 0.5);
    expect([...widths].map(([{ kind }, width]) => [kind, width])).toEqual([
      ["conv1d", 2],
      ["dense", 2],
    ]);
  });

  it("leaves the widths around a layer that it does not understand alone", () => {
    const { layers, ...rest } = modelOf(
      { conv1d: { filters: 10 } },
      { conv1d: { filters: 10 } },
      "batchNorm",
      { conv1d: { filters: 10 } },
      { conv1d: { filters: 10 } },
      "globalMaxPool1d",
      ...END,
    );
    const strange = { ...layers[2]!, kind: "mystery" } as unknown as Layer;
    const model = { ...rest, layers: layers.map((layer, i) => (i === 2 ? strange : layer)) };
    const places = [...prunedWidths(model, 0.5).keys()].map((layer) => model.layers.indexOf(layer));
    expect(places).toEqual([0, 3, 4]);
  });

  it("says where nothing can go", () => {
    const model = modelOf("flatten", ...END);
    expect(() => prunedWidths(model, 0.5)).toThrow(
      expect.objectContaining({ code: "model/nothing-to-prune" }),
    );
    expect(() => prunedWidths(MODELS["an LSTM in both directions"], 0.01)).toThrow(/0.01/);
  });
});

const trainSet = syntheticWindows("train", 5);

function lesson(): Lesson {
  return {
    training: createBatchSource(trainSet, PREPROCESSING.normalization, null),
    validation: createBatchSource(trainSet, PREPROCESSING.normalization, null),
    classWeights: classWeights(trainSet, 3, "none"),
    pass: { ops: backend.ops, training: true, random: seededRandom("dropout") },
    onProgress: undefined,
    signal: undefined,
    now: () => 0,
  };
}

describe("taylorImportance", () => {
  it.each(Object.entries(MODELS))(
    "%s: nothing is what a silent output matters, and alone that",
    (_, model) => {
      const network = shakenNetwork(model);
      const layers = [...prunedWidths(model, 0.3).keys()];
      for (const layer of layers) silence(network, layer, 2);
      const before = network.save();
      const importance = taylorImportance(network, layers, lesson(), 16, seededRandom("order"));
      expect(network.save()).toEqual(before);
      for (const layer of layers) {
        const scores = importance.get(layer)!;
        expect(scores[2]).toBe(0);
        expect([...scores].filter((score) => score > 0).length).toBeGreaterThan(scores.length / 2);
      }
      network.dispose();
    },
  );
});

describe("train with pruning", () => {
  const spec = trainSchema.parse({ epochs: 6, batchSize: 8, learningRate: 0.01 });
  const prune: PruneSpec = { share: 0.5, epochs: 10, learningRate: 0.01 };
  const input = {
    model: MODELS["convolutions with batch norms"],
    train: trainSet,
    validation: syntheticWindows("validation", 2),
    preprocessing: PREPROCESSING,
    spec,
    seed: 3,
  };

  it("gives a smaller network that is as good, and repeats itself", async () => {
    const whole = await train({ ...input, prune: null });
    const before = tf.memory().numTensors;
    const result = await train({ ...input, prune });
    expect(tf.memory().numTensors).toBe(before);
    const pruning = result.pruning!;
    expect(result.history).toEqual(whole.history);
    expect(pruning.layers).toEqual([
      { kind: "separableConv1d", before: 8, after: 4 },
      { kind: "conv1d", before: 9, after: 4 },
      { kind: "dense", before: 7, after: 3 },
    ]);
    // By hand: 3·6 + 6 zero biases + 6·4 + 4, then 5·4·4 + 4, 4·3 + 3 and 3·3 + 3.
    expect(countParameters(foldGraph(result.graph))).toBe(18 + 6 + 24 + 4 + 84 + 15 + 12);
    expect(result.graph.metadata).toEqual({ preprocessing: PREPROCESSING, inputQuantizer: null });
    expect(pruning.validation.before!.accuracy).toBe(whole.history[whole.bestEpoch - 1]!.validationAccuracy);
    expect(pruning.validation.after!.loss).toBeLessThan(pruning.validation.cut!.loss);
    expect(pruning.validation.after!.accuracy).toBeGreaterThan(0.9);
    expect(pruning.history.length).toBeLessThanOrEqual(10);
    const again = await train({ ...input, prune });
    expect(again.graph.tensors).toEqual(result.graph.tensors);
  });

  it("keeps what it has where no epoch of the fine-tuning is better", async () => {
    const model = MODELS["an LSTM in both directions"];
    const { pruning } = await train({ ...input, model, prune: { ...prune, learningRate: 1 } });
    expect(pruning).toMatchObject({ bestEpoch: 0 });
    expect(pruning!.validation.after).toEqual(pruning!.validation.cut);
  });

  it("goes on to the last epoch where nobody validates", async () => {
    const oneCycle = trainSchema.parse({ epochs: 2, batchSize: 8, schedule: "one-cycle" });
    const nobody = selectWindows(trainSet, []);
    const { pruning } = await train({
      ...input,
      validation: nobody,
      spec: oneCycle,
      prune: { ...prune, epochs: 3 },
    });
    expect(pruning).toMatchObject({ bestEpoch: 3, validation: { before: null, cut: null, after: null } });
    expect(pruning!.history.map(({ validationLoss }) => validationLoss)).toEqual([null, null, null]);
  });
});

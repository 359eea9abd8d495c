// The networks of models/ with seeded weights: the real layers, trained by nobody.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { observe } from "../../src/interpret/observe.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { roleOf } from "../../src/ir/op.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { chooseRanges } from "../../src/quantize/range.ts";
import { CHANNEL_COUNT, type Preprocessing } from "../../src/signal/preprocessing.ts";
import { parseModel, type ResolvedModel, resolveModel } from "../../src/spec/model.ts";
import { untrainedGraph } from "../../src/train/untrained.ts";
import { seededRandom } from "../../src/util/random.ts";

const MODELS = path.join(import.meta.dirname, "../../models");

/** By the names of their files. */
export const MODEL_NAMES = readdirSync(MODELS)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(".yaml", ""))
  .sort();

export async function bandxGraph(preprocessing: Preprocessing): Promise<Graph> {
  return modelGraph("bandx-cnn", preprocessing);
}

/** Int8, with as many classes as the pre-processing has labels. */
export async function modelGraph(name: string, preprocessing: Preprocessing): Promise<Graph> {
  return quantizedModel(modelFor(name, preprocessing), preprocessing);
}

/** For the windows and the labels of the pre-processing. */
export function modelFor(name: string, preprocessing: Preprocessing): ResolvedModel {
  const file = path.join(MODELS, `${name}.yaml`);
  const dimensions = {
    timeSteps: preprocessing.windowSamples,
    channels: CHANNEL_COUNT,
    classes: preprocessing.labels.length,
  };
  return resolveModel(parseModel(parse(readFileSync(file, "utf8")), file), {}, dimensions);
}

/** The same of a network that is in no file. */
export async function quantizedModel(model: ResolvedModel, preprocessing: Preprocessing): Promise<Graph> {
  const graph = withBiases(foldGraph(await untrainedGraph(model, preprocessing, "cpu")));
  const random = seededRandom("bandx inputs");
  const observed = observe(graph, 16, (_i, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.normal();
  });
  return quantizeGraph(graph, chooseRanges(observed, { calibration: "minmax", percentile: 100 }));
}

/** Untrained biases, shifts and factors are all 0, which would hide a kernel that forgets them. */
function withBiases(graph: Graph): Graph {
  const random = seededRandom("bandx biases");
  const tensors = new Map(graph.tensors);
  for (const { op, inputs } of graph.nodes) {
    inputs.forEach((name, i) => {
      const tensor = tensors.get(name)!;
      // The state with which a loop begins stays.
      if (tensor.constant === null || op.subgraphs !== undefined) return;
      if (roleOf(op, i) !== "bias" && !tensor.constant.every((value) => value === 0)) return;
      const constant = Float32Array.from(tensor.constant, () => random.normal() * 0.2);
      tensors.set(name, { ...tensor, constant });
    });
  }
  return { ...graph, tensors };
}

// A model file's layers as an int8 graph: weights seeded and trained by nobody, calibrated on random windows.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { observe } from "../src/interpret/observe.ts";
import type { Graph } from "../src/ir/graph.ts";
import { foldGraph } from "../src/quantize/fold.ts";
import { quantizeGraph } from "../src/quantize/quantize.ts";
import { chooseRanges } from "../src/quantize/range.ts";
import { type ModelDimensions, parseModel, resolveModel } from "../src/spec/model.ts";
import { exportGraph } from "../src/train/export.ts";
import { createNetwork } from "../src/train/network.ts";
import { type Random, seededRandom } from "../src/util/random.ts";

/** At its paper's size: models/zebin-cnn.yaml. */
export const ZEBIN = { timeSteps: 128, channels: 6, classes: 6 } as const;

/** The content of a file of models/. */
export function modelFile(id: string): unknown {
  return parse(readFileSync(new URL(`../models/${id}.yaml`, import.meta.url), "utf8"));
}

/** A backend must be open (src/train/backend.ts): it draws the initial weights. */
export function describedGraph(name: string, model: unknown, dimensions: ModelDimensions): Graph {
  const random = seededRandom(name);
  const network = createNetwork(resolveModel(parseModel(model, name), {}, dimensions), random);
  const graph = foldGraph(exportGraph(network, null));
  network.dispose();
  return quantizedOnNoise(graph, random);
}

/** Int8, its ranges those of 32 windows of normal values. */
export function quantizedOnNoise(graph: Graph, random: Random): Graph {
  const observed = observe(graph, 32, (_index, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.normal();
  });
  return quantizeGraph(graph, chooseRanges(observed, { calibration: "minmax", percentile: 100 }));
}

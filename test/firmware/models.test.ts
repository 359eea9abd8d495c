// Every network of models/, at its paper's size: its counts, and the whole way from the file to C++ for each board.
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { missingKernels } from "../../src/codegen/compiled-engine.ts";
import { generateProject } from "../../src/codegen/generate-project.ts";
import { compareGraphs } from "../../src/evaluate/agreement.ts";
import { countMacs, countParameters, type Graph } from "../../src/ir/graph.ts";
import { MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { compiledSize } from "../../src/plan/compiled-size.ts";
import { headFeatures } from "../../src/plan/head-features.ts";
import { tflmArena } from "../../src/plan/tflm-arena.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { hasVectorKernels, kernelTarget } from "../../src/spec/board.ts";
import { parseModel, type ResolvedModel, resolveModel } from "../../src/spec/model.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { openBackend } from "../../src/train/backend.ts";
import { exportGraph } from "../../src/train/export.ts";
import { createNetwork } from "../../src/train/network.ts";
import { seededRandom } from "../../src/util/random.ts";
import { BOARD_IDS, boardOf, PREPROCESSING, projectInput } from "../codegen/small-project.ts";
import { MODEL_NAMES, modelGraph } from "../support/bandx.ts";
import { MODEL_SIZES } from "../support/model-sizes.ts";
import { randomFrames } from "../support/random-graph.ts";
import {
  type CompiledNetworks,
  compileNetworks,
  interpreted,
  interpretedTensor,
} from "./support/networks.ts";
import { REPOSITORY } from "./support/wasm.ts";

const FRAMES = 8;

function resolved(name: string): ResolvedModel {
  const file = `models/${name}.yaml`;
  const spec = parseModel(parse(readFileSync(path.join(REPOSITORY, file), "utf8")), file);
  expect(spec.id).toBe(name);
  return resolveModel(spec, {}, MODEL_SIZES[name]!.dimensions);
}

/** Int8, of the paper's time steps and classes and of the band's six channels. */
function onTheBand(name: string): Promise<Graph> {
  const { timeSteps, classes } = MODEL_SIZES[name]!.dimensions;
  const labels = Array.from({ length: classes }, (_, i) => `activity ${i}`);
  return modelGraph(name, { ...PREPROCESSING, windowSamples: timeSteps, labels });
}

function framesOf(name: string, graph: Graph): Int8Array[] {
  return randomFrames(graph, FRAMES, `models/${name}`) as Int8Array[];
}

const TARGETS = { portable: PORTABLE, MAC16 } as const;
const NAMES = Object.keys(MODEL_SIZES);
const graphs = new Map<string, Graph>();
/** All in one module, since most of the compiler's time goes into what they share. */
const compiled = new Map<string, Promise<CompiledNetworks>>();

beforeAll(async () => {
  for (const name of NAMES) graphs.set(name, await onTheBand(name));
});

function compiledFor(target: keyof typeof TARGETS): Promise<CompiledNetworks> {
  const made = compiled.get(target) ?? compileNetworks([...graphs.values()], TARGETS[target]);
  compiled.set(target, made);
  return made;
}

it("every file of models/ has a row in test/support/model-sizes.ts, and every row a file", () => {
  expect(Object.keys(MODEL_SIZES).sort()).toEqual(MODEL_NAMES);
});

describe.each(NAMES)("%s", (name) => {
  const { trainable, folded, macs, published } = MODEL_SIZES[name]!;
  let graph: Graph;

  beforeAll(() => {
    graph = graphs.get(name)!;
  });

  it("has the parameters and multiply-accumulates of its paper's size", async () => {
    await openBackend("cpu");
    const network = createNetwork(resolved(name), seededRandom(name));
    const float = foldGraph(exportGraph(network, null));
    const variables = network.parameters.reduce((sum, { values }) => sum + values.length, 0);
    network.dispose();
    expect(variables).toBe(trainable);
    expect(countParameters(float)).toBe(folded);
    expect(countMacs(float)).toBe(macs);
  });

  if (published !== undefined) {
    it("is the published network but for what is counted otherwise", () => {
      const all = (counts: Readonly<Record<string, number>>): number =>
        Object.values(counts).reduce((sum, count) => sum + count, 0);
      const { parameters, macs: work } = published;
      expect(trainable + all(parameters.beyondOurs)).toBe(parameters.total);
      if (work !== undefined) expect(macs + all(work.beyondOurs)).toBe(work.total);
    });
  }

  it("comes back from its .tflite file to the bit", () => {
    const bytes = writeTflite(graph);
    const reread = readTflite(bytes, name);
    expect(Buffer.from(writeTflite(reread)).equals(Buffer.from(bytes))).toBe(true);
    expect(reread.metadata).toEqual(graph.metadata);
    const frames = framesOf(name, graph);
    const fill = (i: number, input: Int8Array): void => {
      input.set(frames[i]!);
    };
    const { windows, values, layers } = compareGraphs(graph, reread, FRAMES, fill, fill);
    expect(windows).toBe(FRAMES);
    expect(values).toBe(FRAMES * MODEL_SIZES[name]!.dimensions.classes);
    expect(layers.length).toBe(1 + graph.nodes.reduce((sum, { outputs }) => sum + outputs.length, 0));
    for (const { tensor, different } of layers) expect([tensor, different]).toEqual([tensor, 0]);
  });

  it.each(["portable", "MAC16"] as const)(
    "in C++, %s, gives the interpreter's bytes, and leaves its features",
    async (target) => {
      expect(missingKernels(graph)).toEqual([]);
      const { run, features } = await compiledFor(target);
      const index = NAMES.indexOf(name);
      const frames = framesOf(name, graph);
      const expected = interpreted(graph, frames);
      const read = interpretedTensor(graph, headFeatures(graph)!, frames);
      expect(new Set(expected.map(String)).size).toBeGreaterThan(1);
      expect(new Set(read.map(String)).size).toBeGreaterThan(1);
      frames.forEach((frame, i) => {
        expect(run(index, frame)).toEqual(expected[i]);
        expect(features(index)).toEqual(read[i]);
      });
    },
  );

  it.each(BOARD_IDS)("fits %s, with either engine", (id) => {
    const board = boardOf(id);
    const tflite = writeTflite(graph);
    const tflm = { arenaBytes: tflmArena(graph, hasVectorKernels(board)).total, compiledSize: null };
    const own = { arenaBytes: 0, compiledSize: compiledSize(graph, kernelTarget(board)) };
    for (const [engine, sizes] of [
      ["tflm", tflm],
      ["compiled", own],
    ] as const) {
      const input = { ...projectInput(id), name, graph, tflite, engine, ...sizes };
      expect(generateProject(input).get("model.tflite")).toBe(tflite);
    }
  });
});

// The kernels in C++ against the interpreter, which is held to TFLite Micro: random graphs of every operator that has
// a kernel, nets, and each layer of the models that ship; every int8 value of every output.
import { beforeAll, describe, expect, it } from "vitest";
import { missingKernels, networkView } from "../../src/codegen/compiled-engine.ts";
import { projectEngine } from "../../src/codegen/engine.ts";
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import { type Graph, inputsOf, outputsOf, tensorOf } from "../../src/ir/graph.ts";
import { type KernelTarget, MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import type { Tensor } from "../../src/ir/tensor.ts";
import { conv2d, depthwiseConv2d, fullyConnected, OPERATORS, softmax } from "../../src/ops/index.ts";
import { callsOf } from "../../src/plan/compiled-memory.ts";
import { invariant, UserError } from "../../src/util/errors.ts";
import { seededRandom } from "../../src/util/random.ts";
import { PREPROCESSING } from "../codegen/small-project.ts";
import { MODEL_NAMES, modelGraph } from "../support/bandx.ts";
import { normals } from "../support/cases/case.ts";
import { quantizeRandomly } from "../support/cases/quantized.ts";
import { RANDOM_NETS, randomFrames, randomOperatorGraph } from "../support/random-graph.ts";
import { type CompiledNetworks, compileNetworks, interpreted } from "./support/networks.ts";

/** Graphs of each operator and family of nets; the larger runs are `npm run conformance` and `npm run bench:kernels`. */
const GRAPHS = 2;
const FRAMES = 6;

interface Case {
  readonly family: string;
  readonly graph: Graph;
}

function casesOf(family: string, make: (seed: string) => Graph): Case[] {
  return Array.from({ length: GRAPHS }, (_, i) => ({ family, graph: make(`kernels/${family}/${i}`) }));
}

/**
 * Each layer by itself, on inputs of its own: a whole net's last layer hides what the others may do wrong (the nets as a
 * whole are test/firmware/models.test.ts's). A layer that joins several values has random graphs alone.
 */
function layersOf(family: string, graph: Graph): Case[] {
  return graph.nodes.flatMap((node) => {
    const given = inputsOf(graph, node).filter(({ constant }) => constant === null);
    const [input] = given;
    if (input === undefined || given.length > 1 || input.dtype !== "int8") return [];
    return [{ family, graph: { ...graph, nodes: [node], input: input.name, output: node.outputs[0] } }];
  });
}

function kernelCalls(graph: Graph, target: KernelTarget): string {
  return JSON.stringify([...callsOf(graph, target).values()]);
}

/** The functions that compute a graph: a fast one, or the simple one where that does not fit. */
function kernelsOf(graph: Graph): string[] {
  const calls = [PORTABLE, MAC16].flatMap((target) =>
    graph.nodes.flatMap(
      (node) => node.op.emit?.(node.attrs, inputsOf(graph, node), outputsOf(graph, node), target) ?? [],
    ),
  );
  return calls.map((call) => call.function);
}

const ALONG_TIME = { padding: "SAME", strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 } as const;

interface End {
  readonly input: readonly number[];
  readonly weights: readonly number[];
  readonly add: (
    b: GraphBuilder,
    activation: "NONE" | "RELU",
    inputs: readonly [string, string, string],
  ) => string;
}

/** Layers of the shapes that each of the fast kernels is for. */
const ENDS: Readonly<Record<string, End>> = {
  CONV_2D: {
    input: [1, 1, 20, 6],
    weights: [8, 1, 5, 6],
    add: (b, activation, inputs) => b.node(conv2d, { ...ALONG_TIME, activation }, inputs, "output"),
  },
  FULLY_CONNECTED: {
    // Long enough for sums of 20 bits.
    input: [3, 120],
    weights: [7, 120],
    add: (b, activation, inputs) => b.node(fullyConnected, { activation }, inputs, "output"),
  },
  "DEPTHWISE_CONV_2D along time": {
    input: [1, 1, 20, 6],
    weights: [1, 1, 5, 6],
    add: (b, activation, inputs) =>
      b.node(depthwiseConv2d, { ...ALONG_TIME, activation, depthMultiplier: 1 }, inputs, "output"),
  },
  "DEPTHWISE_CONV_2D spread out": {
    input: [1, 1, 20, 6],
    weights: [1, 1, 3, 6],
    add: (b, activation, inputs) =>
      b.node(
        depthwiseConv2d,
        { ...ALONG_TIME, dilationW: 2, activation, depthMultiplier: 1 },
        inputs,
        "output",
      ),
  },
};

type Changes = { readonly multiplier: number; readonly zeroPoint?: number } | { readonly bias: number };

/** A layer that ends unusually: its output so fine that the largest multiplier is this, or one bias so large. */
function unusualEnd(layer: string, activation: "NONE" | "RELU", changes: Changes, seed: string): Graph {
  const random = seededRandom(seed);
  const { input: shape, weights: filters, add } = ENDS[layer]!;
  const b = buildGraph("end", "input", shape);
  const channels = layer.startsWith("DEPTHWISE") ? filters.at(-1)! : filters[0]!;
  const size = filters.reduce((product, n) => product * n, 1);
  const weightsName = b.constant("weights", filters, normals(random, size, 1));
  const biasesName = b.constant("biases", [channels], normals(random, channels, 1));
  const output = add(b, activation, ["input", weightsName, biasesName]);
  const graph = quantizeRandomly(b.build(output, null), random);
  const changed = (name: string, change: Partial<Tensor>): Graph => ({
    ...graph,
    tensors: new Map([...graph.tensors, [name, { ...tensorOf(graph, name), ...change }]]),
  });
  if ("bias" in changes) {
    const [first, ...others] = tensorOf(graph, "biases").constant!;
    return changed("biases", { constant: Int32Array.of(first!, changes.bias, ...others.slice(1)) });
  }
  const [input, weights] = ["input", "weights"].map((name) => tensorOf(graph, name).quant!);
  invariant(input?.kind === "perTensor", "an int8 input");
  const scales = weights!.kind === "perTensor" ? [weights!.scale] : weights!.scales;
  const tensor = tensorOf(graph, output);
  invariant(tensor.quant?.kind === "perTensor", "an int8 output");
  const scale = (input.scale * Math.max(...scales)) / changes.multiplier;
  return changed(output, {
    quant: { ...tensor.quant, scale, zeroPoint: changes.zeroPoint ?? tensor.quant.zeroPoint },
  });
}

/** What kernels of every shape must end rightly. */
const UNUSUAL: readonly (readonly ["NONE" | "RELU", Changes, string])[] = [
  ["RELU", { multiplier: 0.9 }, "a multiplier from one half on, rectified"],
  ["NONE", { multiplier: 0.9 }, "a multiplier from one half on"],
  ["RELU", { multiplier: 0.9, zeroPoint: -5 }, "a multiplier from one half on, rectified elsewhere"],
  ["RELU", { multiplier: 1.5, zeroPoint: -128 }, "a multiplier from one on, rectified"],
  ["RELU", { multiplier: 3, zeroPoint: 0 }, "a multiplier from one on, rectified elsewhere"],
  ["NONE", { multiplier: 1.5, zeroPoint: 0 }, "a multiplier from one on"],
  ["NONE", { multiplier: 900, zeroPoint: 7 }, "a multiplier of hundreds"],
  ["RELU", { multiplier: 900, zeroPoint: -128 }, "a multiplier of hundreds, rectified"],
  ["NONE", { multiplier: 2 ** 18, zeroPoint: 7 }, "a multiplier that wraps"],
  ["RELU", { multiplier: 2 ** 18, zeroPoint: -128 }, "a multiplier that wraps, rectified"],
  ["RELU", { multiplier: 0.0006, zeroPoint: -128 }, "a small multiplier, rectified"],
  ["NONE", { multiplier: 0.0006 }, "a small multiplier"],
  ["NONE", { bias: 2 ** 24 }, "a bias beyond the short forms"],
  ["RELU", { bias: -(2 ** 29) }, "a bias far below zero, rectified"],
  ["NONE", { bias: -(2 ** 30) }, "a bias beyond the fast kernels"],
];

const UNUSUAL_ENDS = Object.keys(ENDS).flatMap((layer) =>
  UNUSUAL.map(
    ([activation, changes, title]) =>
      [`${layer}, ${title}`, (seed: string) => unusualEnd(layer, activation, changes, seed)] as const,
  ),
);

const families = [
  ...OPERATORS.map(({ name }) => [name, (seed: string) => randomOperatorGraph(name, seed)] as const),
  ...Object.entries(RANDOM_NETS),
  ...UNUSUAL_ENDS,
];
const cases = families.flatMap(([family, make]) => casesOf(family, make));
let compiled: CompiledNetworks;
/** Laid out for a core with MAC16; here, plain C++ stands in for its instructions. */
let forMac16: CompiledNetworks;
/** Where a graph stands among those that are laid out otherwise for it. */
let indexForMac16: ReadonlyMap<Graph, number>;

beforeAll(async () => {
  const labels = ["a", "b", "c", "d", "e", "f", "g"];
  for (const name of MODEL_NAMES) {
    cases.push(...layersOf(name, await modelGraph(name, { ...PREPROCESSING, windowSamples: 60, labels })));
  }
  const graphs = cases.map(({ graph }) => graph);
  compiled = await compileNetworks(graphs);
  const laidOut = graphs.filter((graph) => kernelCalls(graph, MAC16) !== kernelCalls(graph, PORTABLE));
  expect(laidOut.length).toBeGreaterThan(GRAPHS * 5);
  indexForMac16 = new Map(laidOut.map((graph, i) => [graph, i]));
  forMac16 = await compileNetworks(laidOut, MAC16);
}, 300_000);

describe("in C++ to the bit", () => {
  it.each([...families.map(([family]) => family), ...MODEL_NAMES])("%s", (wanted) => {
    const own = cases.flatMap(({ family }, index) => (family === wanted ? [index] : []));
    expect(own.length).toBeGreaterThanOrEqual(GRAPHS);
    for (const index of own) {
      const { graph } = cases[index]!;
      const frames = randomFrames(graph, FRAMES, `kernels/${index}`);
      const got = frames.map((frame) => compiled.run(index, frame));
      const wantedOutputs = interpreted(graph, frames);
      expect(got, `graph ${index}`).toEqual(wantedOutputs);
      const other = indexForMac16.get(graph);
      if (other === undefined) continue;
      const laidOut = frames.map((frame) => forMac16.run(other, frame));
      expect(laidOut, `graph ${index} for MAC16`).toEqual(wantedOutputs);
    }
  });

  it.each([
    "blockedConv2d",
    "conv2d",
    "fullyConnected",
    "unrolledDepthwise",
    "slidingDepthwise",
    "mac16Conv1d",
    "blockedLstm",
    "mac16Lstm",
    "depthwiseConv2d",
    "planeSum",
    "scaledProduct",
  ])("%s is among them", (name) => {
    expect(cases.flatMap(({ graph }) => kernelsOf(graph))).toContain(name);
  });

  const [whole, elsewhere] = [-128, 0];
  it.each([
    ["NONE", { multiplier: 0.4 }, "ChannelScaling", "NarrowSignedScaling"],
    ["NONE", { multiplier: 0.9 }, "NarrowSignedScaling", "NarrowSignedScaling"],
    ["RELU", { multiplier: 0.4, zeroPoint: whole }, "HighScaling", "NarrowScaling"],
    ["RELU", { multiplier: 0.9, zeroPoint: whole }, "ChannelScaling", "NarrowScaling"],
    ["RELU", { multiplier: 0.9, zeroPoint: elsewhere }, "ChannelScaling", "SplitScaling"],
    ["NONE", { multiplier: 1.5 }, "NarrowSignedScaling", "NarrowSignedScaling"],
    ["RELU", { multiplier: 1.5, zeroPoint: whole }, "NarrowScaling", "NarrowScaling"],
    ["RELU", { multiplier: 1.5, zeroPoint: elsewhere }, "DefinedScaling", "DefinedScaling"],
    ["NONE", { multiplier: 2 ** 18 }, "DefinedScaling", "DefinedScaling"],
    ["NONE", { bias: 2 ** 24 }, "DefinedScaling", "DefinedScaling"],
    ["NONE", { bias: 2 ** 30 }, undefined, undefined],
  ] as const)("%s with %o ends as %s, with MAC16 as %s", (activation, changes, portable, mac16) => {
    for (const layer of Object.keys(ENDS)) {
      const graph = unusualEnd(layer, activation, changes, "ends");
      const calls = [PORTABLE, MAC16].map((target) => [...callsOf(graph, target).values()].flat()[0]!);
      expect(
        calls.map(({ parametersOf }) => parametersOf?.at(-1)),
        layer,
      ).toEqual([portable, mac16]);
    }
  });

  it("sums of 20 bits end as FineScaling with MAC16", () => {
    const graph = unusualEnd("FULLY_CONNECTED", "RELU", { multiplier: 0.0006, zeroPoint: whole }, "ends");
    const [call] = [...callsOf(graph, MAC16).values()].flat();
    expect(call!.parametersOf?.at(-1)).toBe("FineScaling");
  });

  it("every graph has a kernel for all of it", () => {
    expect(cases.flatMap(({ graph }) => missingKernels(graph))).toEqual([]);
  });

  it("two inferences of one network do not depend on each other", () => {
    const index = cases.length - 1;
    const [first, second] = randomFrames(cases[index]!.graph, 8, "twice").slice(2) as [Int8Array, Int8Array];
    const alone = compiled.run(index, first);
    compiled.run(index, second);
    expect(compiled.run(index, first)).toEqual(alone);
  });
});

describe("an operator without a kernel", () => {
  const graph = floatGraph();

  it("is named where the compiled engine is asked for", () => {
    expect(() => projectEngine(graph, "compiled")).toThrow(UserError);
    expect(() => projectEngine(graph, "compiled")).toThrow(/no kernel in C\+\+ for SOFTMAX of float32\./);
  });

  it("leaves the compiled engine out beside TFLite Micro's", () => {
    expect(projectEngine(graph, "tflm")).toEqual({
      tflm: true,
      compiled: false,
      missing: ["SOFTMAX of float32"],
    });
  });
});

function floatGraph(): Graph {
  const b = buildGraph("float", "input", [1, 4]);
  return b.build(b.node(softmax, { beta: 1 }, ["input"], "probabilities"), null);
}

describe("a generated network", () => {
  it("hands a view its input's memory: nothing runs", () => {
    const graph = randomOperatorGraph("RESHAPE", "view");
    const view = networkView(graph);
    expect(view).toMatchObject({
      copiesToOutput: true,
      outputFrom: "input",
      arenaBytes: 0,
      kernels: ["whole_words.h"],
    });
  });
});

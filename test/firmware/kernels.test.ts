// The kernels in C++ against the interpreter, which is held to TFLite Micro: random graphs of every operator that has
// a kernel, nets, and each layer of the models that ship; every int8 value of every output.
import { beforeAll, describe, expect, it } from "vitest";
import { missingKernels, networkView } from "../../src/codegen/compiled-engine.ts";
import { projectEngine } from "../../src/codegen/engine.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, inputsOf, outputsOf, tensorOf } from "../../src/ir/graph.ts";
import { type KernelTarget, MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { conv2d, OPERATORS, softmax } from "../../src/ops/index.ts";
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

/** A convolution whose output has so fine a scale that its largest multiplier is this. */
function steepConvolution(
  activation: "NONE" | "RELU",
  multiplier: number,
  seed: string,
  zeroPoint?: number,
): Graph {
  const random = seededRandom(seed);
  const b = buildGraph("steep", "input", [1, 1, 20, 6]);
  const filters = b.constant("filters", [8, 1, 5, 6], normals(random, 8 * 5 * 6, 1));
  const biases = b.constant("biases", [8], normals(random, 8, 1));
  const attrs = { padding: "SAME", strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 } as const;
  const output = b.node(conv2d, { ...attrs, activation }, ["input", filters, biases], "output");
  const graph = quantizeRandomly(b.build(output, null), random);
  const [input, weights] = ["input", "filters"].map((name) => tensorOf(graph, name).quant!);
  invariant(input?.kind === "perTensor" && weights?.kind === "perChannel", "a convolution in int8");
  const tensor = tensorOf(graph, output);
  invariant(tensor.quant?.kind === "perTensor", "an int8 output");
  const scale = (input.scale * Math.max(...weights.scales)) / multiplier;
  const quant = { ...tensor.quant, scale, zeroPoint: zeroPoint ?? tensor.quant.zeroPoint };
  return { ...graph, tensors: new Map([...graph.tensors, [output, { ...tensor, quant }]]) };
}

const STEEP: readonly (readonly [string, (seed: string) => Graph])[] = [
  ["multipliers from one half on, rectified", (seed) => steepConvolution("RELU", 0.9, seed)],
  ["multipliers from one half on", (seed) => steepConvolution("NONE", 0.9, seed)],
  ["multipliers from one half on, rectified elsewhere", (seed) => steepConvolution("RELU", 0.9, seed, -5)],
  ["multipliers from one on, rectified", (seed) => steepConvolution("RELU", 1.5, seed)],
  ["multipliers from one on, rectified elsewhere", (seed) => steepConvolution("RELU", 3, seed, 0)],
  ["multipliers from one on", (seed) => steepConvolution("NONE", 1.5, seed, 0)],
];

const families = [
  ...OPERATORS.map(({ name }) => [name, (seed: string) => randomOperatorGraph(name, seed)] as const),
  ...Object.entries(RANDOM_NETS),
  ...STEEP,
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
    "mul",
  ])("%s is among them", (name) => {
    expect(cases.flatMap(({ graph }) => kernelsOf(graph))).toContain(name);
  });

  it.each([
    ["NONE", 0.9, PORTABLE, "conv2d"],
    ["RELU", 0.9, PORTABLE, "blockedConv2d"],
    ["RELU", 1.5, PORTABLE, "conv2d"],
    ["NONE", 0.9, MAC16, "mac16Conv1d"],
    ["RELU", 0.9, MAC16, "mac16Conv1d"],
    ["NONE", 1.5, MAC16, "conv2d"],
    ["RELU", 1.5, MAC16, "conv2d"],
  ] as const)("%s with a multiplier of %f on %o has %s", (activation, multiplier, target, wanted) => {
    const graph = steepConvolution(activation, multiplier, "steep");
    const names = [...callsOf(graph, target).values()].flat().map((call) => call.function);
    expect(names).toEqual([wanted]);
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

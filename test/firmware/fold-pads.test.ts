// A PAD in front of a convolution: folded into it in C++, on its own in the interpreter, and the same values.
import { beforeAll, describe, expect, it } from "vitest";
import { quantizedOnNoise } from "../../bench/described.ts";
import { networkView } from "../../src/codegen/compiled-engine.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { conv2d, depthwiseConv2d, pad } from "../../src/ops/index.ts";
import { foldPads } from "../../src/plan/fold-pads.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { normals, pick } from "../support/cases/case.ts";
import { randomFrames } from "../support/random-graph.ts";
import { type CompiledNetworks, compileNetworks, interpreted } from "./support/networks.ts";

const GRAPHS = 16;
const FRAMES = 3;

const some = (random: Random): readonly [number, number] => [random.integer(5), random.integer(5)];

/** A PAD of rows and columns, then a convolution of either kind, strided or spread out. */
function padded(seed: string): Graph {
  const random = seededRandom(seed);
  const [height, width, depth] = [
    pick(random, [1, 1, 6]),
    7 + random.integer(20),
    pick(random, [1, 3, 4, 8]),
  ];
  const b = buildGraph("padded", "input", [1, height, width, depth]);
  const rows = height === 1 ? ([0, 0] as const) : some(random);
  b.node(pad, { paddings: [[0, 0], rows, some(random), [0, 0]] }, ["input"], "zeros");
  const isDepthwise = random.integer(2) === 0;
  const filters = isDepthwise ? depth : 1 + random.integer(9);
  const [kh, kw] = [pick(random, height === 1 ? [1] : [1, 3]), pick(random, [2, 3, 5])];
  const stride = pick(random, [1, 1, 2]);
  const attrs = {
    padding: "VALID",
    strideH: 1,
    strideW: stride,
    dilationH: 1,
    dilationW: stride === 1 && kw === 2 ? pick(random, [1, 3, 6]) : 1,
    activation: pick(random, ["NONE", "RELU"] as const),
  } as const;
  const shape = isDepthwise ? [1, kh, kw, depth] : [filters, kh, kw, depth];
  const length = shape.reduce((product, n) => product * n, 1);
  const weights = b.constant("weights", shape, normals(random, length, 0.3));
  const bias = b.constant("bias", [filters], normals(random, filters, 0.3));
  const output = isDepthwise
    ? b.node(depthwiseConv2d, { ...attrs, depthMultiplier: 1 }, ["zeros", weights, bias], "output")
    : b.node(conv2d, attrs, ["zeros", weights, bias], "output");
  return quantizedOnNoise(b.build(output, null), random);
}

const graphs = Array.from({ length: GRAPHS }, (_, i) => padded(`padded ${i}`));

describe.each([
  ["portable", PORTABLE],
  ["MAC16", MAC16],
] as const)("%s", (_name, target) => {
  let compiled: CompiledNetworks;
  beforeAll(async () => {
    compiled = await compileNetworks(graphs, target);
  });

  it("is one call, and gives the interpreter's values", () => {
    graphs.forEach((graph, i) => {
      expect(graph.nodes.map(({ op }) => op.name)).toContain("PAD");
      expect(networkView(graph, undefined, target)["layers"]).toHaveLength(1);
      const frames = randomFrames(graph, FRAMES, `padded/${i}`) as Int8Array[];
      const got = frames.map((frame) => compiled.run(i, frame));
      expect(got, `graph ${i}`).toEqual(interpreted(graph, frames));
    });
  });
});

describe("foldPads", () => {
  it("leaves a PAD that something else reads, and one that pads channels", () => {
    const b = buildGraph("shared", "input", [1, 1, 8, 2]);
    const attrs = { padding: "VALID", strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 } as const;
    const inner = [[0, 0] as const, [0, 0] as const, [1, 1] as const, [0, 1] as const];
    b.node(pad, { paddings: inner }, ["input"], "zeros");
    const weights = b.constant("weights", [2, 1, 1, 3], new Float32Array(6).fill(0.5));
    const bias = b.constant("bias", [2], new Float32Array(2));
    const output = b.node(conv2d, { ...attrs, activation: "NONE" }, ["zeros", weights, bias], "output");
    const channels = quantizedOnNoise(b.build(output, null), seededRandom("channels"));
    expect(foldPads(channels)).toBe(channels);
    const [first] = graphs as [Graph];
    const read = { ...first, output: first.nodes[0]!.outputs[0] };
    expect(foldPads(read)).toBe(read);
  });
});

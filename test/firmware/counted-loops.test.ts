// Counted loops over the rows of a sequence, as the C++ that is made of them, and loops that are so but for one thing.
import { beforeAll, describe, expect, it } from "vitest";
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph } from "../../src/ir/graph.ts";
import { PORTABLE } from "../../src/ir/kernel.ts";
import {
  add,
  concatenation,
  fullyConnected,
  gather,
  less,
  relu,
  reshape,
  slice,
  stridedSlice,
  sub,
  tanh,
  whileLoop,
} from "../../src/ops/index.ts";
import { callsOf, planCompiledMemory } from "../../src/plan/compiled-memory.ts";
import { compiledSize } from "../../src/plan/compiled-size.ts";
import { seededRandom } from "../../src/util/random.ts";
import { normals } from "../support/cases/case.ts";
import { quantizeRandomly } from "../support/cases/quantized.ts";
import { randomFrames } from "../support/random-graph.ts";
import { type CompiledNetworks, compileNetworks, interpreted, networkTexts } from "./support/networks.ts";

const NONE = { activation: "NONE" } as const;
const [STEPS, FEATURES, UNITS] = [5, 3, 4];

interface Variant {
  readonly first?: number;
  readonly step?: number;
  readonly bound?: number;
  /** Rows that are collected; none if 0. */
  readonly rows?: number;
  readonly row?: "next h" | "h";
  readonly inFront?: boolean;
  /** The rows are read by something else, too. */
  readonly alsoRead?: boolean;
  readonly wrongSide?: boolean;
  readonly index?: (b: GraphBuilder) => string;
  readonly sequence?: (b: GraphBuilder) => string;
  /** What is added to the row's sums beside the state. */
  readonly more?: (b: GraphBuilder) => string;
  readonly next?: "tanh" | "add" | "swapped";
  /** The counter's last value is part of the answer. */
  readonly countIsRead?: boolean;
}

const int32 = (b: GraphBuilder, name: string, ...values: number[]): string =>
  b.constant(name, [values.length], Int32Array.from(values));

const random = seededRandom("counted loops");

function dense(b: GraphBuilder, input: string, name: string): string {
  const depth = b.shapeOf(input).at(-1)!;
  const weights = b.constant(`${name}/w`, [UNITS, depth], normals(random, UNITS * depth, 0.6));
  const bias = b.constant(`${name}/b`, [UNITS], normals(random, UNITS, 0.3));
  return b.node(fullyConnected, NONE, [input, weights, bias], name);
}

function loopGraph(variant: Variant): Graph {
  const { first = 0, step = 1, bound = STEPS, rows = 0 } = variant;
  const carrying = (name: string): GraphBuilder => {
    const b = buildGraph(name, "i", [1], "int32");
    b.input("x", [STEPS, FEATURES]);
    b.input("h", [1, UNITS]);
    if (rows > 0) b.input("rows", [rows, UNITS]);
    return b;
  };
  const test = carrying("condition");
  const limit = int32(test, "bound", bound);
  const cond = test.buildSubgraph([test.node(less, {}, step > 0 ? ["i", limit] : [limit, "i"], "goes on")]);
  const round = carrying("body");
  const attrs = { cond, body: round.buildSubgraph(carriedOn(round, variant, step, rows)) };
  const b = buildGraph("loop", "input", [1, 1, STEPS, FEATURES]);
  const sequence = b.node(reshape, { newShape: [STEPS, FEATURES] }, ["input"], "sequence");
  const start = [
    int32(b, "first", first),
    sequence,
    b.constant("start", [1, UNITS], normals(random, UNITS, 0.5)),
    ...(rows > 0 ? [b.constant("no rows", [rows, UNITS], normals(random, rows * UNITS, 0.5))] : []),
  ];
  const ends = ["count", "same", "last"] as const;
  b.nodes(whileLoop, attrs, start, rows > 0 ? [...ends, "all"] : ends);
  let answer = rows > 0 ? "all" : "last";
  if (variant.countIsRead) {
    const table = b.constant("table", [9, UNITS], normals(random, 9 * UNITS, 0.5));
    const picked = b.node(gather, { axis: 0, batchDims: 0 }, [table, "count"], "picked");
    answer = b.node(add, NONE, [answer, picked], "sum");
  }
  return quantizeRandomly(b.build(b.node(relu, {}, [answer], "output"), null), random);
}

/** What a round hands on. */
function carriedOn(b: GraphBuilder, variant: Variant, step: number, rows: number): string[] {
  const index = variant.index?.(b) ?? "i";
  const row = b.node(gather, { axis: 0, batchDims: 0 }, ["x", index], "row");
  const width = b.shapeOf(row).reduce((product, n) => product * n, 1);
  let sum = dense(b, b.node(reshape, { newShape: [1, width] }, [row], "flat"), "sums");
  if (variant.more !== undefined) sum = b.node(add, NONE, [sum, variant.more(b)], "more sums");
  const both = b.node(add, NONE, ["h", sum], variant.next === "add" ? "next h" : "both");
  const next = variant.next === "add" ? both : b.node(tanh, {}, [both], "next h");
  const counter = b.node(add, NONE, ["i", int32(b, "step", step)], "next i");
  const carried = [counter, variant.sequence?.(b) ?? "x", next];
  if (rows === 0) return carried;
  const { inFront = false, wrongSide = false } = variant;
  const begin = inFront === wrongSide ? 1 : 0;
  const strided = { strides: [1, 1], beginMask: 0, endMask: 0, shrinkAxisMask: 0 };
  const others = inFront
    ? b.node(slice, { begin: [begin, 0], size: [rows - 1, UNITS] }, ["rows"], "others")
    : b.node(
        stridedSlice,
        { begin: [begin, 0], end: [begin + rows - 1, UNITS], ...strided },
        ["rows"],
        "others",
      );
  const collected = variant.row ?? next;
  const joined = inFront ? [collected, others] : [others, collected];
  return [...carried, b.node(concatenation, { axis: 0 }, joined, "next rows")];
}

const fromTheEnd = (b: GraphBuilder): string =>
  b.node(sub, NONE, [int32(b, "last", STEPS - 1), "i"], "from the end");

/** What is in the C++ of the loop, and what is not. */
interface Expected {
  readonly has: readonly (string | RegExp)[];
  readonly hasNot: readonly (string | RegExp)[];
}

const NO_COUNTER = ["lessInt32", "Int32(", "return false", "== 0) break"];
const UP = "for (int32_t step2 = 0; step2 < 5; ++step2) {";
const DOWN = "for (int32_t step2 = 4; step2 > -1; --step2) {";

const RECOGNISED: Readonly<Record<string, readonly [Variant, Expected]>> = {
  "rows read where they lie": [{}, { has: [UP, "input + step2 * 3"], hasNot: [...NO_COUNTER, "gather("] }],
  "from the last row to the first": [
    { first: 4, step: -1, bound: -1 },
    { has: [DOWN, "input + step2 * 3"], hasNot: [...NO_COUNTER, "gather("] },
  ],
  "by a number that is taken from the last": [
    { index: fromTheEnd },
    { has: [UP, "input + 12 - step2 * 3"], hasNot: [...NO_COUNTER, "gather("] },
  ],
  "every second row": [
    { step: 2 },
    { has: ["for (int32_t step2 = 0; step2 < 6; step2 += 2) {", "input + step2 * 3"], hasNot: NO_COUNTER },
  ],
  "rows of a constant": [
    {
      more: (b) => {
        const table = b.constant("by step", [STEPS, UNITS], normals(random, STEPS * UNITS, 0.5));
        return b.node(gather, { axis: 0, batchDims: 0 }, [table, "i"], "picked");
      },
    },
    { has: [UP, /kConstant\d \+ step2 \* 4/], hasNot: NO_COUNTER },
  ],
  "rows written to their places": [
    { rows: STEPS },
    {
      has: [UP, /memcpy\(arena \+ \d+ \+ step2 \* 4, arena \+ \d+, 4\);/],
      hasNot: [...NO_COUNTER, "stridedCopy"],
    },
  ],
  "the last one first": [
    { rows: STEPS, inFront: true },
    {
      has: [UP, /memcpy\(arena \+ \d+ - step2 \* 4, arena \+ \d+, 4\);/],
      hasNot: [...NO_COUNTER, "stridedCopy"],
    },
  ],
  "backwards, in the order of time": [
    { rows: STEPS, inFront: true, first: 4, step: -1, bound: -1 },
    {
      has: [DOWN, /memcpy\(arena \+ \d+ \+ step2 \* 4, arena \+ \d+, 4\);/],
      hasNot: [...NO_COUNTER, "stridedCopy"],
    },
  ],
  "a counter that is read afterwards": [
    { countIsRead: true },
    { has: [UP, "input + step2 * 3", "addInt32("], hasNot: ["lessInt32", "== 0) break"] },
  ],
  "a state that is replaced where it is read": [
    { next: "add" },
    {
      has: [UP, /planeSum\(kLayer2_5, (arena \+ \d+), arena \+ \d+, \1\)/],
      hasNot: [/memcpy\(.*, 4\);\n {2}}/],
    },
  ],
};

const NEARLY: Readonly<Record<string, readonly [Variant, Expected]>> = {
  "two rows at a time are picked in memory": [
    { more: (b) => twice(b) },
    { has: [UP, "input + step2 * 3", "gather(", "addInt32("], hasNot: ["lessInt32"] },
  ],
  "a sequence that changes is picked from in memory": [
    { sequence: (b) => b.node(relu, {}, ["x"], "other x") },
    { has: [UP, "gather("], hasNot: ["step2 * 3", "lessInt32"] },
  ],
  "fewer rounds than rows: they are shifted": [
    { rows: STEPS, bound: 4 },
    { has: ["step2 < 4", "stridedCopy"], hasNot: [/\+ step2 \* 4, arena/] },
  ],
  "more rounds than rows: they are shifted": [
    { rows: STEPS - 1 },
    { has: [UP, "stridedCopy"], hasNot: [/\+ step2 \* 4, arena/] },
  ],
  "rows of the wrong side stay": [
    { rows: STEPS, wrongSide: true },
    { has: [UP, "stridedCopy"], hasNot: [/step2 \* 4, arena/] },
  ],
  "the state before the round as a row": [
    { rows: STEPS, row: "h" },
    { has: [UP, "stridedCopy"], hasNot: [/step2 \* 4, arena/] },
  ],
};

function twice(b: GraphBuilder): string {
  const both = b.node(concatenation, { axis: 0 }, ["i", "i"], "both numbers");
  const picked = b.node(gather, { axis: 0, batchDims: 0 }, ["x", both], "two rows");
  return dense(b, b.node(reshape, { newShape: [1, 2 * FEATURES] }, [picked], "flat two"), "from two");
}

const CASES = Object.entries({ ...RECOGNISED, ...NEARLY }).map(([name, [variant, expected]], index) => ({
  name,
  index,
  expected,
  graph: loopGraph(variant),
}));

let compiled: CompiledNetworks;
beforeAll(async () => {
  compiled = await compileNetworks(CASES.map(({ graph }) => graph));
});

describe.each(CASES)("$name", ({ index, graph, expected }) => {
  it("is what the C++ says", () => {
    const { cpp } = networkTexts(graph, "n");
    const text = cpp.slice(cpp.indexOf("bool runNetwork"));
    for (const part of expected.has) expect(text).toMatch(part);
    for (const part of expected.hasNot) expect(text).not.toMatch(part);
  });

  it("gives the interpreter's bytes", () => {
    const frames = randomFrames(graph, 6, `counted/${index}`);
    expect(frames.map((frame) => compiled.run(index, frame))).toEqual(interpreted(graph, frames));
  });
});

describe("memory", () => {
  it("has no place for the counter, for copied rows, or for the rows that are overwritten", () => {
    const rows = loopGraph({ rows: STEPS });
    const { bytes } = planCompiledMemory(rows, callsOf(rows));
    // All rows, the state, and what a round computes beside it.
    expect(bytes).toBeLessThanOrEqual(STEPS * UNITS + 3 * UNITS);
    const shifted = loopGraph({ rows: STEPS, bound: 4 });
    expect(planCompiledMemory(shifted, callsOf(shifted)).bytes).toBeGreaterThanOrEqual(
      bytes + (STEPS - 1) * UNITS,
    );
    const constants = (graph: Graph): number => compiledSize(graph, PORTABLE).constantBytes;
    expect(constants(rows)).toBeLessThan(constants(shifted));
  });
});

// Seeded random recurrences over the rows of a sequence, most of them such as the compiled engine recognises, and each of
// its conditions sometimes not met.
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import type { Graph, Subgraph } from "../../src/ir/graph.ts";
import {
  add,
  concatenation,
  fullyConnected,
  gather,
  less,
  mul,
  relu,
  reshape,
  slice,
  stridedSlice,
  sub,
  tanh,
  whileLoop,
} from "../../src/ops/index.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { normals, pick } from "./cases/case.ts";
import { quantizeRandomly } from "./cases/quantized.ts";

const NONE = { activation: "NONE" } as const;

/** The shape of a loop; `rare` things keep the engine from recognising a part of it, or all. */
interface Shape {
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  /** [T, F], or [1, T, F]. */
  readonly axis: 0 | 1;
  readonly first: number;
  readonly step: number;
  readonly rounds: number;
  /** Rows that are collected; 0 for none. */
  readonly rows: number;
}

type Rare = (chance?: number) => boolean;

export function randomLoopNet(seed: string): Graph {
  const random = seededRandom(seed);
  const rare: Rare = (chance = 0.12) => random.uniform() < chance;
  const shape = drawShape(random, rare);
  const { steps, features, units, axis, first, step, rounds, rows } = shape;
  const b = buildGraph("loop", "input", [1, 1, steps, features]);
  const newShape = axis === 0 ? [steps, features] : [1, steps, features];
  const sequence = b.node(reshape, { newShape }, ["input"], "sequence");
  const attrs = { cond: condition(shape, rare), body: body(random, rare, shape) };
  const start = [
    b.constant("first", [1], Int32Array.of(first)),
    sequence,
    b.constant("state", [1, units], normals(random, units, 0.5)),
    ...(rows > 0 ? [b.constant("rows", [rows, units], normals(random, rows * units, 0.5))] : []),
  ];
  const ends = ["count", "same sequence", "last state"] as const;
  b.nodes(whileLoop, attrs, start, rows > 0 ? [...ends, "all rows"] : ends);
  const parts = [b.node(reshape, { newShape: [1, units] }, ["last state"], "state again")];
  if (rows > 0) parts.push(b.node(reshape, { newShape: [1, rows * units] }, ["all rows"], "flat"));
  if (rare()) parts.push(pickedByCount(b, random, first + rounds * step));
  const used = rows > 0 && rare(0.3) ? parts.slice(1) : parts;
  const all = used.length === 1 ? used[0]! : b.node(concatenation, { axis: 1 }, used, "all");
  return quantizeRandomly(b.build(b.node(relu, {}, [all], "output"), null), random);
}

function drawShape(random: Random, rare: Rare): Shape {
  const steps = 2 + random.integer(8);
  const down = random.uniform() < 0.4;
  const stride = rare() ? 2 : 1;
  const skipped = rare() ? random.integer(steps) : 0;
  const rounds = Math.ceil((steps - skipped) / stride) - (rare() ? 1 : 0);
  const more = rare() ? pick(random, [-1, 1]) : 0;
  const rows = random.uniform() < 0.7 ? rounds + more : 0;
  return {
    steps,
    features: 1 + random.integer(6),
    units: 1 + random.integer(9),
    axis: pick(random, [0, 1] as const),
    first: down ? steps - 1 - skipped : skipped,
    step: down ? -stride : stride,
    rounds,
    // A SLICE leaves something.
    rows: rows < 2 ? 0 : rows,
  };
}

function carrying(name: string, { steps, features, units, axis, rows }: Shape): GraphBuilder {
  const b = buildGraph(name, "i", [1], "int32");
  b.input("x", axis === 0 ? [steps, features] : [1, steps, features]);
  b.input("h", [1, units]);
  if (rows > 0) b.input("rows", [rows, units]);
  return b;
}

function condition(shape: Shape, rare: Rare): Subgraph {
  const b = carrying("condition", shape);
  const bound = int32(b, "bound", shape.first + shape.rounds * shape.step);
  // Another name for the counter is one operator too many.
  const counter = rare(0.05) ? b.node(reshape, { newShape: [1] }, ["i"], "again") : "i";
  const sides = shape.step > 0 ? ([counter, bound] as const) : ([bound, counter] as const);
  return b.buildSubgraph([b.node(less, {}, sides, "goes on")]);
}

function body(random: Random, rare: Rare, shape: Shape): Subgraph {
  const b = carrying("body", shape);
  const { steps, features, units, axis, step, rows } = shape;
  const index = indexOf(b, random, steps);
  const row = b.node(gather, { axis, batchDims: 0 }, ["x", index], "row");
  const flat = b.node(reshape, { newShape: [1, features] }, [row], "flat row");
  let sum = dense(b, random, flat, units, "from row");
  if (rare(0.3)) sum = b.node(add, NONE, [sum, pickedConstant(b, random, steps, units)], "with constant");
  if (rare()) sum = b.node(add, NONE, [sum, twoRows(b, random, axis, units)], "with two rows");
  const next = nextState(b, random, sum, units);
  const by = int32(b, "step", step);
  const counter = b.node(add, NONE, random.uniform() < 0.5 ? ["i", by] : [by, "i"], "next i");
  const sequence = rare(0.08) ? b.node(relu, {}, ["x"], "other x") : "x";
  const carried = [counter, sequence, next];
  if (rows === 0) return b.buildSubgraph(carried);
  const collected = pick(random, [next, next, next, sum, rare() ? "h" : next]);
  return b.buildSubgraph([...carried, shiftedRows(b, random, rare, shape, collected)]);
}

/** The counter, or what is left to the last step; both may have another name. */
function indexOf(b: GraphBuilder, random: Random, steps: number): string {
  let index = "i";
  if (random.uniform() < 0.3) index = b.node(sub, NONE, [int32(b, "last", steps - 1), "i"], "from the end");
  return random.uniform() < 0.2 ? b.node(reshape, { newShape: [1] }, [index], "index again") : index;
}

/** A row of a constant, picked by the counter. */
function pickedConstant(b: GraphBuilder, random: Random, steps: number, units: number): string {
  const table = b.constant("table", [steps, units], normals(random, steps * units, 0.5));
  return b.node(gather, { axis: 0, batchDims: 0 }, [table, "i"], "picked");
}

/** Two at a time are picked in memory, by numbers that are there. */
function twoRows(b: GraphBuilder, random: Random, axis: 0 | 1, units: number): string {
  const both = b.node(concatenation, { axis: 0 }, ["i", "i"], "both numbers");
  const picked = b.node(gather, { axis, batchDims: 0 }, ["x", both], "two rows");
  const size = b.shapeOf(picked).reduce((product, n) => product * n, 1);
  return dense(b, random, b.node(reshape, { newShape: [1, size] }, [picked], "flat rows"), units, "from two");
}

function nextState(b: GraphBuilder, random: Random, sum: string, units: number): string {
  const half = b.constant("half", [1, units], new Float32Array(units).fill(0.5));
  switch (random.integer(4)) {
    case 0:
      return b.node(add, NONE, [b.node(mul, NONE, ["h", half], "kept"), sum], "next h");
    case 1:
      // The state is read by what makes its successor.
      return b.node(sub, NONE, [b.node(mul, NONE, [sum, half], "less"), "h"], "next h");
    case 2:
      return b.node(tanh, {}, [sum], "next h");
    default: {
      const both = b.node(add, NONE, [sum, dense(b, random, "h", units, "from state")], "sums");
      return b.node(tanh, {}, [both], "next h");
    }
  }
}

/** The register after a round: a new row behind the others, or before them. */
function shiftedRows(b: GraphBuilder, random: Random, rare: Rare, shape: Shape, row: string): string {
  const { rows, units } = shape;
  const behind = random.uniform() < 0.5;
  // Rows that are taken from the wrong side stand still but for one.
  const begin = behind !== rare() ? 1 : 0;
  const size = [rows - 1, units];
  const strided = { strides: [1, 1], beginMask: 0, endMask: 0, shrinkAxisMask: 0 };
  const others =
    random.uniform() < 0.5
      ? b.node(slice, { begin: [begin, 0], size }, ["rows"], "others")
      : b.node(
          stridedSlice,
          { begin: [begin, 0], end: [begin + rows - 1, units], ...strided },
          ["rows"],
          "others",
        );
  return b.node(concatenation, { axis: 0 }, behind ? [others, row] : [row, others], "next rows");
}

/** The number that the counter ends at, read after the loop. */
function pickedByCount(b: GraphBuilder, random: Random, end: number): string {
  const size = Math.max(end, 0) + 1;
  const table = b.constant("after table", [size, 3], normals(random, size * 3, 0.5));
  const index = end >= 0 ? "count" : b.node(sub, NONE, ["count", int32(b, "lowest", end)], "from zero");
  return b.node(gather, { axis: 0, batchDims: 0 }, [table, index], "by count");
}

function dense(b: GraphBuilder, random: Random, input: string, units: number, name: string): string {
  const depth = b.shapeOf(input).at(-1)!;
  const weights = normals(random, units * depth, 1 / Math.sqrt(depth));
  const constants = [
    b.constant(`${name}/w`, [units, depth], weights),
    b.constant(`${name}/b`, [units], normals(random, units, 0.2)),
  ] as const;
  return b.node(fullyConnected, NONE, [input, ...constants], name);
}

function int32(b: GraphBuilder, name: string, value: number): string {
  return b.constant(name, [1], Int32Array.of(value));
}

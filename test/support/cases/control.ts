// Random loops: recurrences over the time steps of the input, in a WHILE whose counter is int32.
import { buildGraph, type GraphBuilder } from "../../../src/ir/builder.ts";
import type { Subgraph } from "../../../src/ir/graph.ts";
import {
  add,
  concatenation,
  fullyConnected,
  gather,
  less,
  mul,
  relu,
  sub,
  tanh,
  whileLoop,
} from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { normals, type OperatorCases, pick } from "./case.ts";
import { gruCell } from "./gru.ts";

export const CONTROL: OperatorCases = {
  WHILE: {
    shape: (random) => [1, 2 + random.integer(8), 1 + random.integer(5)],
    step: (b, random, input, name) => recurrence(b, random, input, name, pick(random, CELLS)),
  },
};

/** One time step: from the step's values and the state to the next state, [1, units]. */
export type Cell = (b: GraphBuilder, random: Random, step: string, state: string) => string;

/** A recurrence over axis 1 of [1, steps, features]; its last state, [1, units], is the output. */
function recurrence(b: GraphBuilder, random: Random, input: string, name: string, cell: Cell): string {
  const [, steps, features] = b.shapeOf(input);
  const units = 1 + random.integer(6);
  // Mostly every step; sometimes fewer, or none at all.
  const rounds = random.uniform() < 0.8 ? steps! : random.integer(steps! + 1);
  const attrs = {
    cond: condition(steps!, features!, units, rounds),
    body: body(random, steps!, features!, units, cell),
  };
  const counter = b.constant(`${name}/start`, [], Int32Array.of(0));
  const state = b.constant(`${name}/state`, [1, units], new Float32Array(units));
  b.nodes(whileLoop, attrs, [input, counter, state], [`${name}/sequence`, `${name}/count`, name]);
  return name;
}

function carried(name: string, steps: number, features: number, units: number): GraphBuilder {
  const b = buildGraph(name, "sequence", [1, steps, features]);
  b.input("counter", [], "int32");
  b.input("state", [1, units]);
  return b;
}

function condition(steps: number, features: number, units: number, rounds: number): Subgraph {
  const b = carried("condition", steps, features, units);
  const limit = b.constant("limit", [], Int32Array.of(rounds));
  return b.buildSubgraph([b.node(less, {}, ["counter", limit], "goes on")]);
}

function body(random: Random, steps: number, features: number, units: number, cell: Cell): Subgraph {
  const b = carried("body", steps, features, units);
  const step = b.node(gather, { axis: 1, batchDims: 0 }, ["sequence", "counter"], "step");
  const next = cell(b, random, step, "state");
  const one = b.constant("one", [], Int32Array.of(1));
  const counter = b.node(add, { activation: "NONE" }, ["counter", one], "next counter");
  return b.buildSubgraph(["sequence", counter, next]);
}

function dense(b: GraphBuilder, random: Random, input: string, units: number, name: string): string {
  const depth = b.shapeOf(input).at(-1)!;
  const weights = b.constant(
    `${name}/w`,
    [units, depth],
    normals(random, units * depth, 1 / Math.sqrt(depth)),
  );
  const bias = b.constant(`${name}/b`, [units], normals(random, units, 0.2));
  return b.node(fullyConnected, { activation: "NONE" }, [input, weights, bias], name);
}

/** h' = tanh(W [x, h] + b). */
const simpleCell: Cell = (b, random, step, state) => {
  const both = b.node(concatenation, { axis: 1 }, [step, state], "both");
  return b.node(tanh, {}, [dense(b, random, both, b.shapeOf(state).at(-1)!, "sums")], "next");
};

/** h' = relu(W x + b) + decay · h: its scale is calibrated, where tanh's is fixed. */
const leakyCell: Cell = (b, random, step, state) => {
  const units = b.shapeOf(state).at(-1)!;
  const decay = b.constant("decay", [1], Float32Array.of(0.3 + 0.5 * random.uniform()));
  const kept = b.node(mul, { activation: "NONE" }, [state, decay], "kept");
  const fresh = b.node(relu, {}, [dense(b, random, step, units, "sums")], "fresh");
  return b.node(add, { activation: "NONE" }, [fresh, kept], "next");
};

/** A running difference: h' = W x − h. */
const differenceCell: Cell = (b, random, step, state) =>
  b.node(
    sub,
    { activation: "NONE" },
    [dense(b, random, step, b.shapeOf(state).at(-1)!, "sums"), state],
    "next",
  );

const CELLS: readonly Cell[] = [simpleCell, leakyCell, differenceCell, gruCell];

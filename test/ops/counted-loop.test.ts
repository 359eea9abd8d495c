// Loops whose rounds can be counted before they run, and those that only look so.
import { describe, expect, it } from "vitest";
import { createInterpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import { countMacs, type Graph, inputsOf } from "../../src/ir/graph.ts";
import { countedLoop } from "../../src/ops/counted-loop.ts";
import { add, fullyConnected, less, reshape, sub, whileLoop } from "../../src/ops/index.ts";

const NONE = { activation: "NONE" } as const;

interface Case {
  readonly first?: number;
  readonly step?: number;
  readonly bound?: number;
  readonly condition?: (b: GraphBuilder, bound: string) => string;
  readonly next?: (b: GraphBuilder, step: string) => string;
  /** The counter starts at the graph's input instead of a constant. */
  readonly fromInput?: boolean;
}

const below = (b: GraphBuilder, bound: string): string => b.node(less, {}, ["i", bound], "goes on");
const above = (b: GraphBuilder, bound: string): string => b.node(less, {}, [bound, "i"], "goes on");

/** A counter and a number that grows by one a round; the number is the output. */
function loopOf({ first = 0, step = 1, bound = 5, condition = below, next, fromInput }: Case): Graph {
  const int32 = (b: GraphBuilder, name: string, value: number): string =>
    b.constant(name, [1], Int32Array.of(value));
  const carrying = (name: string): GraphBuilder => {
    const b = buildGraph(name, "i", [1], "int32");
    b.input("n", [1], "int32");
    return b;
  };
  const test = carrying("condition");
  const cond = test.buildSubgraph([condition(test, int32(test, "bound", bound))]);
  const round = carrying("body");
  const by = int32(round, "step", step);
  const counter = next?.(round, by) ?? round.node(add, NONE, ["i", by], "next i");
  const more = round.node(add, NONE, ["n", int32(round, "one", 1)], "next n");
  const body = round.buildSubgraph([counter, more]);
  const b = buildGraph("loop", "start", [1], "int32");
  const start = fromInput === true ? "start" : int32(b, "first", first);
  b.nodes(whileLoop, { cond, body }, [start, int32(b, "zero", 0)], ["count", "rounds"]);
  return b.build("rounds", null);
}

function counted(graph: Graph): ReturnType<typeof countedLoop> {
  const node = graph.nodes[0]!;
  return countedLoop(node.op.loop!(node.attrs), inputsOf(graph, node));
}

describe("a counted loop", () => {
  it.each<[string, Case, number]>([
    ["up by one", {}, 5],
    ["up by three", { first: -1, step: 3, bound: 9 }, 4],
    ["from the bound on", { first: 5 }, 0],
    ["down to the bound", { first: 4, step: -1, bound: -1, condition: above }, 5],
    ["down by two", { first: 4, step: -2, bound: -1, condition: above }, 3],
    ["added the other way round", { next: (b, step) => b.node(add, NONE, [step, "i"], "next i") }, 5],
  ])("%s has as many rounds as it then makes", (_what, of, rounds) => {
    const graph = loopOf(of);
    expect(counted(graph)).toMatchObject({ counter: 0, first: of.first ?? 0, step: of.step ?? 1, rounds });
    const interpreter = createInterpreter(graph);
    interpreter.run();
    expect(interpreter.output[0]).toBe(rounds);
  });

  it.each<[string, Case]>([
    ["that starts where the input says", { fromInput: true }],
    ["that counts away from its bound", { step: -1 }],
    ["that stands still", { step: 0 }],
    ["whose counter is taken from", { next: (b, step) => b.node(sub, NONE, ["i", step], "next i") }],
    ["whose counter is doubled", { next: (b) => b.node(add, NONE, ["i", "i"], "next i") }],
    ["whose counter is another value's", { next: () => "n" }],
    ["of too many rounds", { bound: 2 ** 30 }],
    ["whose counter would overflow", { first: 2 ** 31 - 2, step: 2, bound: 2 ** 31 - 1 }],
    [
      "whose condition does more",
      {
        condition: (b, bound) => {
          const again = b.node(reshape, { newShape: [1] }, ["i"], "again");
          return b.node(less, {}, [again, bound], "goes on");
        },
      },
    ],
    ["between two carried values", { condition: (b) => b.node(less, {}, ["i", "n"], "goes on") }],
  ])("is none %s", (_what, of) => {
    expect(counted(loopOf(of))).toBeNull();
  });
});

it("multiply-accumulates of a counted loop are those of all its rounds", () => {
  const dense = (b: GraphBuilder, input: string): string => {
    const weights = b.constant("w", [3, 3], new Float32Array(9));
    return b.node(
      fullyConnected,
      NONE,
      [input, weights, b.constant("b", [3], new Float32Array(3))],
      "next x",
    );
  };
  const carrying = (name: string): GraphBuilder => {
    const b = buildGraph(name, "i", [1], "int32");
    b.input("x", [1, 3]);
    return b;
  };
  const test = carrying("condition");
  const cond = test.buildSubgraph([below(test, test.constant("bound", [1], Int32Array.of(7)))]);
  const round = carrying("body");
  const next = round.node(add, NONE, ["i", round.constant("one", [1], Int32Array.of(1))], "next i");
  const body = round.buildSubgraph([next, dense(round, "x")]);
  const b = buildGraph("loop", "input", [1, 3]);
  b.nodes(
    whileLoop,
    { cond, body },
    [b.constant("first", [1], Int32Array.of(0)), "input"],
    ["count", "output"],
  );
  expect(countMacs(b.build("output", null))).toBe(7 * 9);
});

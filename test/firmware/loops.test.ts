// Loops as the compiled engine makes them: what is carried stays where it is wherever that holds, and what has no answer
// has none in C++ either.
import { beforeAll, describe, expect, it } from "vitest";
import { networkView } from "../../src/codegen/compiled-engine.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import type { Graph, Node, Subgraph } from "../../src/ir/graph.ts";
import type { Tensor, TensorData } from "../../src/ir/tensor.ts";
import { add, gather, less, reshape, sub, whileLoop } from "../../src/ops/index.ts";
import { carriedValues } from "../../src/plan/compiled-loops.ts";
import { UserError } from "../../src/util/errors.ts";
import { type CompiledNetworks, compileNetworks, interpreted } from "./support/networks.ts";

const NONE = { activation: "NONE" } as const;
/** The carried values of every loop here: a counter and two numbers. */
const CARRIED = ["i", "a", "b"] as const;

/** What a round does to the numbers; returns their next values. */
type Round = (b: ReturnType<typeof buildGraph>) => readonly [counter: string, a: string, b: string];

function carrying(name: string): ReturnType<typeof buildGraph> {
  const [counter, ...rest] = CARRIED;
  const b = buildGraph(name, counter, [1], "int32");
  for (const value of rest) b.input(value, [1], "int32");
  return b;
}

function below(limit: string | number): Subgraph {
  const b = carrying("condition");
  const most = typeof limit === "string" ? limit : b.constant("limit", [1], Int32Array.of(limit));
  return b.buildSubgraph([b.node(less, {}, ["i", most], "goes on")]);
}

function next(b: ReturnType<typeof buildGraph>): string {
  return b.node(add, NONE, ["i", b.constant("one", [1], Int32Array.of(1))], "next i");
}

function bodyOf(round: Round): Subgraph {
  const b = carrying("body");
  return b.buildSubgraph([...round(b)]);
}

/** One input, which is the first value of b; the output is a, or another of the carried values. */
function loopGraph(round: Round, rounds: string | number = 7, output = "a"): Graph {
  const b = buildGraph("loop", "start", [1], "int32");
  const zero = b.constant("zero", [1], Int32Array.of(0));
  const three = b.constant("three", [1], Int32Array.of(3));
  const attrs = { cond: below(rounds), body: bodyOf(round) };
  b.nodes(whileLoop, attrs, [zero, three, "start"], ["i", "a", "b"]);
  return b.build(output, null);
}

const swapped: Round = (b) => [next(b), "b", "a"];
const rotated: Round = (b) => ["a", "b", next(b)];
const summed: Round = (b) => [next(b), b.node(add, NONE, ["a", "b"], "sum"), "b"];
const fibonacci: Round = (b) => {
  const sum = b.node(add, NONE, ["a", "b"], "sum");
  return [next(b), "b", sum];
};
/** The last a is done with before the next one is made. */
const twoSteps: Round = (b) => {
  const sum = b.node(add, NONE, ["a", "b"], "sum");
  return [next(b), b.node(sub, NONE, [sum, "i"], "less"), "b"];
};
/** The last a is read after the next one is made. */
const lagging: Round = (b) => {
  const made = b.node(sub, NONE, ["b", "i"], "made");
  return [next(b), made, b.node(add, NONE, ["a", made], "both")];
};
const shared: Round = (b) => {
  const sum = b.node(add, NONE, ["a", "b"], "sum");
  return [next(b), sum, b.node(reshape, { newShape: [1] }, [sum], "again")];
};
const constant: Round = (b) => [next(b), b.constant("nine", [1], Int32Array.of(9)), "a"];
const nested: Round = (b) => {
  const zero = b.constant("zero", [1], Int32Array.of(0));
  const attrs = { cond: below("b"), body: bodyOf(summed) };
  b.nodes(whileLoop, attrs, [zero, "a", "b"], ["inner i", "inner a", "inner b"]);
  return [next(b), b.node(sub, NONE, ["inner a", "inner i"], "less"), "b"];
};
const endless: Round = (b) => ["i", b.node(add, NONE, ["a", "b"], "sum"), "b"];

const LOOPS: readonly (readonly [string, Graph])[] = [
  ["two values that change places", loopGraph(swapped)],
  ["values that go round", loopGraph(rotated, 4, "b")],
  ["a sum", loopGraph(summed)],
  ["a value made where the last one was", loopGraph(twoSteps)],
  ["Fibonacci's numbers", loopGraph(fibonacci)],
  ["a value read after its successor is made", loopGraph(lagging, 7, "b")],
  ["one value carried twice", loopGraph(shared, 5, "b")],
  ["a constant that is carried on", loopGraph(constant, 2, "b")],
  ["no round at all", loopGraph(summed, 0)],
  ["the value that is kept", loopGraph(summed, 3, "b")],
  ["a loop in a loop", loopGraph(nested, 4)],
];
const ENDLESS = loopGraph(endless);
const INPUTS = [0, 1, 5, -3, 2 ** 31 - 1].map((value) => Int32Array.of(value));

function picking(): Graph {
  const tensor = (name: string, of: Partial<Tensor>): [string, Tensor] => [
    name,
    { name, dtype: "int8", shape: [3], quant: null, constant: null, ...of },
  ];
  const quant = { kind: "perTensor", scale: 1, zeroPoint: 0 } as const;
  const node: Node = {
    op: gather,
    attrs: { axis: 0, batchDims: 0 },
    inputs: ["values", "input"],
    outputs: ["output"],
  };
  return {
    name: "pick",
    tensors: new Map([
      tensor("values", { quant, constant: Int8Array.of(5, 6, 7) }),
      tensor("input", { dtype: "int32", shape: [2] }),
      tensor("output", { quant, shape: [2] }),
    ]),
    nodes: [node],
    input: "input",
    output: "output",
    metadata: null,
  };
}

let compiled: CompiledNetworks;
beforeAll(async () => {
  compiled = await compileNetworks([...LOOPS.map(([, graph]) => graph), ENDLESS, picking()]);
});

describe("a loop in C++", () => {
  it.each(LOOPS.map(([what, graph], index) => ({ what, graph, index })))("$what", ({ graph, index }) => {
    // The loop that the input would make two thousand million rounds long is the next test's.
    const inputs = graph === LOOPS.at(-1)![1] ? INPUTS.slice(0, 4) : INPUTS;
    const outputs = inputs.map((input) => compiled.run(index, input));
    expect(outputs).toEqual(interpreted(graph, inputs));
  });

  it("has no answer where it does not end, as in the interpreter", () => {
    expect(compiled.run(LOOPS.length, INPUTS[0]!)).toBeNull();
    expect(() => interpreted(ENDLESS, INPUTS)).toThrow(UserError);
  });

  it("copies only what cannot stay", () => {
    const fates = (round: Round): readonly string[] =>
      carriedValues({ condition: below(1), body: bodyOf(round), limit: 1 });
    expect(fates(summed)).toEqual(["copied", "copied", "kept"]);
    expect(fates(twoSteps)).toEqual(["copied", "inPlace", "kept"]);
    expect(fates(swapped)).toEqual(["copied", "staged", "staged"]);
    expect(fates(rotated)).toEqual(["staged", "staged", "copied"]);
    expect(fates(fibonacci)).toEqual(["copied", "staged", "copied"]);
    expect(fates(lagging)).toEqual(["copied", "copied", "inPlace"]);
    expect(fates(shared)).toEqual(["copied", "copied", "copied"]);
    expect(fates(constant)).toEqual(["copied", "copied", "staged"]);
  });

  it("keeps what it does not change where it is", () => {
    expect(networkView(loopGraph(summed, 3, "b"))).toMatchObject({
      copiesToOutput: true,
      outputFrom: "input",
    });
  });
});

describe("GATHER in C++", () => {
  const pick = (...indices: number[]): TensorData | null =>
    compiled.run(LOOPS.length + 1, Int32Array.from(indices));

  it("refuses an index that picks nothing, as TFLite Micro and the interpreter do", () => {
    expect(pick(2, 0)).toEqual(Int8Array.of(7, 5));
    expect(pick(3, 0)).toBeNull();
    expect(pick(0, -1)).toBeNull();
    expect(() => interpreted(picking(), [Int32Array.of(3, 0)])).toThrow(UserError);
  });
});

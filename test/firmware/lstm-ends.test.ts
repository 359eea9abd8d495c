// The LSTM's kernels with the finest and the coarsest cell that a file may have, and with inputs so coarse that a gate's
// multiplier is one half or more, against the interpreter.
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph, Node } from "../../src/ir/graph.ts";
import { type KernelCall, MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import type { Tensor } from "../../src/ir/tensor.ts";
import { CELL_EXPONENTS, type LstmAttrs } from "../../src/ops/lstm-layout.ts";
import { perTensor } from "../../src/ops/quantization.ts";
import { randomFrames, randomOperatorGraph } from "../support/random-graph.ts";
import { type CompiledNetworks, compileNetworks, interpreted } from "./support/networks.ts";

const FRAMES = 6;

const ends = [CELL_EXPONENTS.min, CELL_EXPONENTS.min + 1, -9, CELL_EXPONENTS.max].flatMap((cellExponent) =>
  Array.from({ length: 3 }, (_, i): Graph => {
    const graph = randomOperatorGraph("UNIDIRECTIONAL_SEQUENCE_LSTM", `ends/${i}`);
    return {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, attrs: { ...(node.attrs as LstmAttrs), cellExponent } })),
    };
  }),
);

/** Stored inputs of 4, 16 and 64 times the scale: multipliers of gates are in proportion. */
const coarsened = (factors: readonly number[]): Graph[] =>
  factors.flatMap((factor) =>
    Array.from({ length: 4 }, (_, i): Graph => {
      const graph = randomOperatorGraph("UNIDIRECTIONAL_SEQUENCE_LSTM", `coarse/${i}`);
      const input = graph.tensors.get(graph.input)!;
      const { scale, zeroPoint } = perTensor(input);
      const quant = { kind: "perTensor", scale: Math.fround(factor * scale), zeroPoint } as const;
      return { ...graph, tensors: new Map([...graph.tensors, [input.name, { ...input, quant }]]) };
    }),
  );
const coarse = coarsened([4, 16, 64]);
/** Beyond what the fast kernels' sums have room for. */
const coarsest = coarsened([2 ** 16]);
const graphs = [...ends, ...coarse, ...coarsest];

describe.each([
  ["portable", PORTABLE],
  ["MAC16", MAC16],
] as const)("%s", (_name, target) => {
  let compiled: CompiledNetworks;
  beforeAll(async () => {
    compiled = await compileNetworks(graphs, target);
  });

  it("has its fast kernel for coarse inputs, too", () => {
    const callOf = ({ nodes, tensors }: Graph): KernelCall => {
      const [node] = nodes as [Node];
      const of = (name: string): Tensor => tensors.get(name)!;
      return node.op.emit!(node.attrs, node.inputs.map(of), [of(node.outputs[0])], target)[0]!;
    };
    const calls = coarse.map(callOf);
    expect(coarsest.map((graph) => callOf(graph).function)).toContain("unidirectionalSequenceLstm");
    expect(new Set(calls.map((call) => call.function))).not.toContain("unidirectionalSequenceLstm");
    const isWide = calls.map(({ specialisedFor, parametersOf }) =>
      specialisedFor === undefined ? parametersOf![0] === "WideScaling" : specialisedFor[2] === 1,
    );
    expect(isWide).toContain(true);
  });

  it("gives the interpreter's values", () => {
    graphs.forEach((graph, i) => {
      const frames = randomFrames(graph, FRAMES, `ends/${i}`) as Int8Array[];
      const got = frames.map((frame) => compiled.run(i, frame));
      expect(got, `graph ${i}`).toEqual(interpreted(graph, frames));
    });
  });
});

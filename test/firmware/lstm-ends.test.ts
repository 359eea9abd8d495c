// The LSTM's kernels with the finest and the coarsest cell that a file may have, against the interpreter.
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../src/ir/graph.ts";
import { MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { CELL_EXPONENTS, type LstmAttrs } from "../../src/ops/lstm-layout.ts";
import { randomFrames, randomOperatorGraph } from "../support/random-graph.ts";
import { type CompiledNetworks, compileNetworks, interpreted } from "./support/networks.ts";

const FRAMES = 6;

const graphs = [CELL_EXPONENTS.min, CELL_EXPONENTS.min + 1, -9, CELL_EXPONENTS.max].flatMap((cellExponent) =>
  Array.from({ length: 3 }, (_, i): Graph => {
    const graph = randomOperatorGraph("UNIDIRECTIONAL_SEQUENCE_LSTM", `ends/${i}`);
    return {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, attrs: { ...(node.attrs as LstmAttrs), cellExponent } })),
    };
  }),
);

describe.each([
  ["portable", PORTABLE],
  ["MAC16", MAC16],
] as const)("%s", (_name, target) => {
  let compiled: CompiledNetworks;
  beforeAll(async () => {
    compiled = await compileNetworks(graphs, target);
  }, 120_000);

  it("gives the interpreter's values at both ends", () => {
    graphs.forEach((graph, i) => {
      const frames = randomFrames(graph, FRAMES, `ends/${i}`) as Int8Array[];
      const got = frames.map((frame) => compiled.run(i, frame));
      expect(got, `graph ${i}`).toEqual(interpreted(graph, frames));
    });
  });
});

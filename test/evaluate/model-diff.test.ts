// Two models: what differs as they are written, and how far their values are apart.
import { describe, expect, it } from "vitest";
import { alignLayers } from "../../src/evaluate/align.ts";
import { compareValues } from "../../src/evaluate/layer-diff.ts";
import { type Layer, layersOf } from "../../src/evaluate/layers.ts";
import { compareStructure } from "../../src/evaluate/structure-diff.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { relu, softmax } from "../../src/ops/index.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { randomNet } from "../support/random-graph.ts";
import { withChangedWeight } from "./support.ts";

function layers(...pairs: readonly [operator: string, tensor: string][]): Layer[] {
  return pairs.map(([operator, tensor]) => ({ node: null as never, operator, tensor }));
}

/** RELU, then SOFTMAX over four values; int8 input of scale 0.5. */
function small(): { float: Graph; int8: Graph } {
  const b = buildGraph("small", "in", [1, 4]);
  const float = b.build(b.node(softmax, { beta: 1 }, [b.node(relu, {}, ["in"], "rectified")], "out"), null);
  const range = { min: -64, max: 63.5 };
  const ranges = new Map(["in", "rectified", "out"].map((name) => [name, range]));
  return { float, int8: quantizeGraph(float, ranges) };
}

describe("alignLayers", () => {
  it("keeps the order, prefers names, and leaves out what only one side has", () => {
    const a = layers(["CONV", "c1"], ["MUL", "m"], ["ADD", "n1"], ["CONV", "c2"], ["SOFTMAX", "s"]);
    const b = layers(["CONV", "n1"], ["CONV", "c2"], ["SOFTMAX", "s"]);
    const pairs = alignLayers(a, b).map(({ left, right }) => [left, right]);
    expect(pairs).toEqual([
      [0, 0],
      [1, null],
      [2, null],
      [3, 1],
      [4, 2],
    ]);
    expect(alignLayers(layers(["CONV", "a"], ["CONV", "b"]), layers(["CONV", "b"]))).toEqual([
      { left: 0, right: null },
      { left: 1, right: 0 },
    ]);
    expect(alignLayers([], b)).toHaveLength(3);
  });
});

describe("compareStructure", () => {
  const graph = randomNet("agreement");

  it("finds nothing between a graph and itself, whatever its tensors are called", () => {
    expect(compareStructure(graph, graph)).toEqual([]);
    const named = (name: string): string => `other/${name}`;
    const renamed: Graph = {
      ...graph,
      input: named(graph.input),
      output: named(graph.output),
      tensors: new Map([...graph.tensors].map(([name, t]) => [named(name), { ...t, name: named(name) }])),
      nodes: graph.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(named),
        outputs: [named(node.outputs[0]), ...node.outputs.slice(1).map(named)],
      })),
    };
    expect(compareStructure(graph, renamed)).toEqual([]);
  });

  it("names the layer of a changed weight, scale or attribute", () => {
    const layer = graph.nodes.findIndex((node) => node.op.name === "CONV_2D");
    const where = `layer ${layer} CONV_2D`;
    expect(compareStructure(graph, withChangedWeight(graph, layer))).toMatchObject([
      { where, what: "weight values", left: expect.stringContaining("at index 0") as string },
    ]);
    const { tensor } = layersOf(graph)[layer]!;
    const quant = { kind: "perTensor", scale: 0.125, zeroPoint: 3 } as const;
    const tensors = new Map(graph.tensors).set(tensor, { ...tensorOf(graph, tensor), quant });
    expect(compareStructure(graph, { ...graph, tensors })).toMatchObject([
      { where, what: "output quantisation", right: "scale 0.125, zero point 3" },
    ]);
    const nodes = graph.nodes.map((node, i) =>
      i === layer ? { ...node, attrs: { ...node.attrs, activation: "RELU6" } } : node,
    );
    expect(compareStructure(graph, { ...graph, nodes }).map(({ what }) => what)).toContain("attributes");
  });

  it("says once that a model is of another type", () => {
    const { float, int8 } = small();
    expect(compareStructure(float, int8)).toEqual([
      { where: "input", what: "input type", left: "float32", right: "int8" },
    ]);
  });
});

describe("compareValues", () => {
  it("measures in steps and in real units, by hand", () => {
    const { int8 } = small();
    const fill =
      (value: number) =>
      (_index: number, input: Float32Array | Int8Array): void => {
        input.fill(value);
      };
    const { layers: found, sameClass } = compareValues(int8, int8, 3, fill(10), fill(14));
    expect(found.slice(0, 2)).toMatchObject([
      {
        operator: "input",
        equal: 0,
        steps: { largest: 4, mean: 4 },
        real: { largest: 2, mean: 2 },
        sqnrDb: null,
      },
      { operator: "RELU", values: 12, equal: 0, steps: { largest: 4, mean: 4 }, real: { largest: 2 } },
    ]);
    // Softmax of equal values is the same whatever they are.
    expect(found[2]).toMatchObject({ operator: "SOFTMAX", values: 12, equal: 12, steps: { largest: 0 } });
    expect(sameClass).toBe(3);
  });

  it("gives float against int8 a signal-to-noise ratio", () => {
    const { float, int8 } = small();
    const real = (_index: number, input: Float32Array | Int8Array): void => {
      input.fill(8);
    };
    const quantised = (_index: number, input: Float32Array | Int8Array): void => {
      input.fill(18); // scale 0.5, zero point 0: 9
    };
    expect(tensorOf(int8, "in").quant).toMatchObject({ scale: 0.5, zeroPoint: 0 });
    for (const [a, b, fillA, fillB] of [
      [float, int8, real, quantised],
      [int8, float, quantised, real],
    ] as const) {
      const [input] = compareValues(a, b, 1, fillA, fillB).layers;
      // Signal 8², noise 1².
      expect(input!.sqnrDb).toBeCloseTo(10 * Math.log10(64));
      expect(input).toMatchObject({ equal: null, steps: null, real: { largest: 1, mean: 1 } });
    }
  });
});

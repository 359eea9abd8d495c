// Folding keeps the function and removes the operators.
import { describe, expect, it } from "vitest";
import { floatInterpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph, type GraphBuilder } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { elementCount } from "../../src/ir/tensor.ts";
import { add, conv2d, depthwiseConv2d, fullyConnected, mul, relu, transpose } from "../../src/ops/index.ts";
import { foldGraph } from "../../src/quantize/fold.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";

const CONV = {
  padding: "SAME",
  strideH: 1,
  strideW: 1,
  dilationH: 1,
  dilationW: 1,
  activation: "NONE",
} as const;
const normals = (random: Random, n: number): Float32Array =>
  Float32Array.from({ length: n }, () => random.normal());

function outputs(graph: Graph): number[] {
  const interpreter = floatInterpreter(graph);
  const random = seededRandom("inputs");
  const all: number[] = [];
  for (let run = 0; run < 4; run++) {
    for (let i = 0; i < interpreter.input.length; i++) interpreter.input[i] = random.normal();
    interpreter.run();
    all.push(...interpreter.output);
  }
  return all;
}

function expectSame(graph: Graph, operators: string[]): void {
  const folded = foldGraph(graph);
  expect(folded.nodes.map((node) => node.op.name)).toEqual(operators);
  expect(folded.output).toBe(graph.output);
  const [before, after] = [outputs(graph), outputs(folded)];
  before.forEach((value, i) => {
    expect(Math.abs(value - after[i]!)).toBeLessThan(1e-4 * (1 + Math.abs(value)));
  });
}

describe("foldGraph", () => {
  it("folds batch norm and ReLU into convolution, depthwise convolution and dense", () => {
    const random = seededRandom(1);
    const b = buildGraph("g", "input", [1, 1, 9, 3]);
    const norm = (input: string, channels: number, name: string): string => {
      const scale = b.constant(`${name}/scale`, [channels], normals(random, channels));
      const shift = b.constant(`${name}/shift`, [channels], normals(random, channels));
      const scaled = b.node(mul, { activation: "NONE" }, [input, scale], `${name}/mul`);
      return b.node(
        relu,
        {},
        [b.node(add, { activation: "NONE" }, [scaled, shift], `${name}/add`)],
        `${name}/relu`,
      );
    };
    const w1 = b.constant("w1", [4, 1, 3, 3], normals(random, 36));
    let last = norm(
      b.node(conv2d, CONV, ["input", w1, b.constant("b1", [4], normals(random, 4))], "conv"),
      4,
      "n1",
    );
    const w2 = b.constant("w2", [1, 1, 3, 8], normals(random, 24));
    const inputs = [last, w2, b.constant("b2", [8], normals(random, 8))] as const;
    last = norm(b.node(depthwiseConv2d, { ...CONV, depthMultiplier: 2 }, inputs, "depthwise"), 8, "n2");
    const w3 = b.constant("w3", [5, 72], normals(random, 360));
    last = norm(
      b.node(
        fullyConnected,
        { activation: "NONE" },
        [last, w3, b.constant("b3", [5], normals(random, 5))],
        "dense",
      ),
      5,
      "n3",
    );
    expectSame(b.build(last, null), ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"]);
  });

  describe("batch norm after an activation", () => {
    /** A dense layer with ReLU, a scale and a shift of its features, and a dense layer after what is made of them. */
    const between = (
      change: (b: GraphBuilder, shifted: string) => string = (_, shifted) => shifted,
      scales: readonly number[] = [0.5, -2, 1, 3, 0.25],
    ): Graph => {
      const random = seededRandom(4);
      const b = buildGraph("g", "input", [1, 3]);
      const dense = (name: string, input: string, units: number, activation: "NONE" | "RELU"): string => {
        const depth = b.shapeOf(input)[1]!;
        const weights = b.constant(`${name}/w`, [units, depth], normals(random, units * depth));
        const bias = b.constant(`${name}/b`, [units], normals(random, units));
        return b.node(fullyConnected, { activation }, [input, weights, bias], name);
      };
      const first = dense("first", "input", 5, "RELU");
      const scale = b.constant("scale", [5], Float32Array.from(scales));
      const scaled = b.node(mul, { activation: "NONE" }, [first, scale], "scaled");
      const shift = b.constant("shift", [5], normals(random, 5));
      const shifted = b.node(add, { activation: "NONE" }, [scaled, shift], "shifted");
      return b.build(dense("last", change(b, shifted), 4, "NONE"), null);
    };

    it("leaves its shift to the bias of the dense layer that reads it, and a scale below 0 where it is", () => {
      expectSame(between(), ["FULLY_CONNECTED", "MUL", "FULLY_CONNECTED"]);
    });

    it("gives its scale to a dense layer, which becomes a convolution of one place for it", () => {
      const graph = between(undefined, [0.5, 2, 1, 3, 0.001]);
      expectSame(graph, ["RESHAPE", "CONV_2D", "RESHAPE", "FULLY_CONNECTED"]);
      const convolution = foldGraph(graph).nodes.find(({ op }) => op === conv2d)!;
      expect(tensorOf(foldGraph(graph), convolution.inputs[1]!).shape).toEqual([5, 1, 1, 3]);
      // An activation after the shift does not mind.
      const late = between((b, shifted) => b.node(relu, {}, [shifted], "relu"), [0.5, 2, 1, 3, 0.001]);
      expectSame(late, ["RESHAPE", "CONV_2D", "RESHAPE", "ADD", "FULLY_CONNECTED"]);
    });

    it("stays where an activation of its own or another reader is in the way", () => {
      const kept = ["FULLY_CONNECTED", "MUL", "ADD"];
      expectSame(
        between((b, shifted) => b.node(relu, {}, [shifted], "relu")),
        [...kept, "FULLY_CONNECTED"],
      );
      expectSame(
        between((b, shifted) => b.node(mul, { activation: "NONE" }, [shifted, shifted], "squared")),
        [...kept, "MUL", "FULLY_CONNECTED"],
      );
    });

    it.each<[string, readonly number[], readonly number[], readonly number[]]>([
      ["where a dense layer takes several vectors as one row", [1, 1, 2, 3], [3], [2, 6]],
      ["where it is one number for all features", [1, 3], [1], [2, 3]],
      ["where it makes several features of one", [1, 1], [3], [2, 3]],
      ["where it runs along another axis", [1, 3, 1], [3, 1], [2, 3]],
    ])("stays %s", (_, input, shift, weights) => {
      const random = seededRandom(5);
      const b = buildGraph("g", "input", input);
      const constant = (name: string, shape: readonly number[]): string => {
        return b.constant(name, shape, normals(random, elementCount(shape)));
      };
      const shifted = b.node(add, { activation: "NONE" }, ["input", constant("o", shift)], "shifted");
      const inputs = [shifted, constant("w", weights), constant("b", [2])] as const;
      const dense = b.node(fullyConnected, { activation: "NONE" }, inputs, "dense");
      expectSame(b.build(dense, null), ["ADD", "FULLY_CONNECTED"]);
    });

    it("stays where another layer has the same bias", () => {
      const random = seededRandom(6);
      const b = buildGraph("g", "input", [1, 3]);
      const shift = b.constant("o", [3], normals(random, 3));
      const shifted = b.node(add, { activation: "NONE" }, ["input", shift], "shifted");
      const bias = b.constant("b", [3], normals(random, 3));
      const dense = (name: string, input: string): string => {
        const weights = b.constant(`${name}/w`, [3, 3], normals(random, 9));
        return b.node(fullyConnected, { activation: "NONE" }, [input, weights, bias], name);
      };
      const graph = b.build(dense("last", dense("first", shifted)), null);
      expectSame(graph, ["ADD", "FULLY_CONNECTED", "FULLY_CONNECTED"]);
    });
  });

  describe("batch norm between a convolution's ReLU and another convolution", () => {
    const net = (
      scales: readonly number[],
      padding: "SAME" | "VALID",
      activation: "RELU" | "RELU6",
    ): Graph => {
      const random = seededRandom(7);
      const b = buildGraph("g", "input", [1, 2, 9, 3]);
      const conv = (name: string, input: string, attrs: Partial<typeof CONV>): string => {
        const depth = b.shapeOf(input)[3]!;
        const weights = b.constant(`${name}/w`, [4, 1, 3, depth], normals(random, 12 * depth));
        const bias = b.constant(`${name}/b`, [4], normals(random, 4));
        return b.node(conv2d, { ...CONV, ...attrs }, [input, weights, bias], name);
      };
      const first = conv("first", "input", { activation } as object);
      const scale = b.constant("scale", [4], Float32Array.from(scales));
      const scaled = b.node(mul, { activation: "NONE" }, [first, scale], "scaled");
      const shift = b.constant("shift", [4], normals(random, 4));
      const shifted = b.node(add, { activation: "NONE" }, [scaled, shift], "shifted");
      return b.build(conv("last", shifted, { padding } as object), null);
    };

    it("goes into both, if nothing is padded and no scale is below 0", () => {
      expectSame(net([0.5, 2, 1, 3], "VALID", "RELU"), ["CONV_2D", "CONV_2D"]);
    });

    it.each([
      ["a padded convolution does not take the shift", [0.5, 2, 1, 3], "SAME", "RELU", ["ADD"]],
      ["a scale below 0 does not pass through ReLU", [0.5, -2, 1, 3], "VALID", "RELU", ["MUL"]],
      ["no scale passes through RELU6", [0.5, 2, 1, 3], "VALID", "RELU6", ["MUL"]],
    ] as const)("%s", (_, scales, padding, activation, between) => {
      expectSame(net(scales, padding, activation), ["CONV_2D", ...between, "CONV_2D"]);
    });
  });

  describe("transpositions in a row", () => {
    const turned = (...perms: readonly (readonly number[])[]): Graph => {
      const b = buildGraph("g", "input", [1, 2, 3, 4]);
      const first = b.node(relu, {}, ["input"], "relu");
      const last = perms.reduce((from, perm, i) => b.node(transpose, { perm }, [from], `turned${i}`), first);
      return b.build(b.node(relu, {}, [last], "output"), null);
    };

    it("are one, or none where they cancel", () => {
      expectSame(turned([0, 2, 1, 3], [0, 3, 2, 1]), ["RELU", "TRANSPOSE", "RELU"]);
      expectSame(turned([0, 2, 3, 1], [0, 3, 1, 2]), ["RELU", "RELU"]);
      expectSame(turned([0, 2, 1, 3], [0, 2, 1, 3], [0, 1, 3, 2]), ["RELU", "TRANSPOSE", "RELU"]);
    });

    it("stay where another reads what is between, or where nothing follows", () => {
      const b = buildGraph("g", "input", [1, 2, 2, 4]);
      const perm = [0, 2, 1, 3];
      const one = b.node(transpose, { perm }, ["input"], "one");
      const two = b.node(transpose, { perm }, [one], "two");
      const sum = b.node(add, { activation: "NONE" }, [one, two], "sum");
      expectSame(b.build(sum, null), ["TRANSPOSE", "TRANSPOSE", "ADD"]);
      const c = buildGraph("g", "input", [1, 2, 2, 4]);
      const both = c.node(transpose, { perm }, [c.node(transpose, { perm }, ["input"], "one")], "two");
      expectSame(c.build(both, null), ["TRANSPOSE"]);
    });
  });

  it("leaves alone what others read, and what comes after an activation", () => {
    const random = seededRandom(2);
    const b = buildGraph("g", "input", [1, 1, 4, 2]);
    const w = b.constant("w", [2, 1, 1, 2], normals(random, 4));
    const conv = b.node(
      conv2d,
      { ...CONV, activation: "RELU" },
      ["input", w, b.constant("b", [2], normals(random, 2))],
      "conv",
    );
    const scaled = b.node(
      mul,
      { activation: "NONE" },
      [conv, b.constant("s", [2], normals(random, 2))],
      "scaled",
    );
    const twice = b.node(add, { activation: "NONE" }, [scaled, conv], "twice");
    expectSame(b.build(twice, null), ["CONV_2D", "MUL", "ADD"]);
  });

  it("does not fold a scale that runs along another axis", () => {
    const random = seededRandom(3);
    const b = buildGraph("g", "input", [1, 1, 2, 2]);
    const w = b.constant("w", [2, 1, 1, 2], normals(random, 4));
    const conv = b.node(conv2d, CONV, ["input", w, b.constant("b", [2], normals(random, 2))], "conv");
    const along = b.constant("s", [2, 1], normals(random, 2));
    expectSame(b.build(b.node(mul, { activation: "NONE" }, [conv, along], "scaled"), null), [
      "CONV_2D",
      "MUL",
    ]);
  });

  it("leaves a constant alone that gives the output more dimensions", () => {
    const b = buildGraph("g", "input", [1, 4]);
    const w = b.constant("w", [2, 4], new Float32Array(8).fill(1));
    const bias = b.constant("b", [2], new Float32Array(2));
    const c = b.constant("c", [1, 1, 2], Float32Array.of(3, 4));
    const made = b.node(fullyConnected, { activation: "NONE" }, ["input", w, bias], "made");
    const graph = b.build(b.node(add, { activation: "NONE" }, [made, c], "output"), null);
    expectSame(graph, ["FULLY_CONNECTED", "ADD"]);
  });
});

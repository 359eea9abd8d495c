// Reductions against naive ones, the mean's multiplier against 64-bit arithmetic, and axes that are refused.
import { describe, expect, it } from "vitest";
import { floatInterpreter, int8Interpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import type { DType, Tensor } from "../../src/ir/tensor.ts";
import { elementCount } from "../../src/ir/tensor.ts";
import { mean, reduceMax, sum } from "../../src/ops/index.ts";
import { dividedBy } from "../../src/ops/mean.ts";
import type { ReduceAttrs, ReduceOp } from "../../src/ops/reduce.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { quantizeMultiplier } from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";
import { unaryGraph } from "../support/cases/raw.ts";

const OPERATIONS: readonly (readonly [ReduceOp, (values: readonly number[]) => number])[] = [
  [mean, (values) => values.reduce((a, b) => a + b) / values.length],
  [sum, (values) => values.reduce((a, b) => a + b)],
  [reduceMax, (values) => Math.max(...values)],
];

function graphOf(op: ReduceOp, attrs: ReduceAttrs, shape: readonly number[]): Graph {
  const b = buildGraph("g", "input", shape);
  return b.build(b.node(op, attrs, ["input"], "output"), null);
}

/** Values by the indices that are left of them, in order of their first appearance. */
function grouped(data: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): number[][] {
  const groups = new Map<string, number[]>();
  for (let n = 0; n < data.length; n++) {
    let rest = n;
    const indices = shape.map(() => 0);
    for (let i = shape.length - 1; i >= 0; i--) {
      indices[i] = rest % shape[i]!;
      rest = Math.floor(rest / shape[i]!);
    }
    const key = indices.filter((_, i) => !axes.includes(i)).join();
    groups.set(key, [...(groups.get(key) ?? []), data[n]!]);
  }
  return [...groups.values()];
}

const AXES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[5], [0]],
  [[3, 4], [1]],
  [[3, 4], [0]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4, 5],
    [1, 2],
  ],
  [
    [2, 3, 4, 5],
    [0, 1, 2, 3],
  ],
  [
    [2, 3, 1, 2, 3],
    [0, 2, 4],
  ],
];

describe("reductions", () => {
  it.each(AXES)("of %j over %j", (shape, axes) => {
    for (const [op, formula] of OPERATIONS) {
      for (const keepDims of [false, true]) {
        const graph = graphOf(op, { axes, keepDims }, shape);
        const kept = shape.map((dimension, i) => (axes.includes(i) ? 1 : dimension));
        const expectedShape = keepDims ? kept : kept.filter((_, i) => !axes.includes(i));
        expect(tensorOf(graph, "output").shape).toEqual(expectedShape);
        const interpreter = floatInterpreter(graph);
        const random = seededRandom(`${shape.join()}/${axes.join()}`);
        for (let run = 0; run < 2; run++) {
          for (let i = 0; i < interpreter.input.length; i++) interpreter.input[i] = random.normal();
          interpreter.run();
          grouped(interpreter.input, shape, axes).forEach((values, i) => {
            expect(interpreter.output[i]).toBeCloseTo(formula(values), 4);
          });
        }
      }
    }
  });

  it("stay near the float graph in int8", () => {
    const shape = [1, 6, 8, 3];
    for (const [op, formula] of OPERATIONS) {
      const axes = [1, 2];
      const graph = graphOf(op, { axes, keepDims: false }, shape);
      const input = Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i * i));
      const expected = grouped(input, shape, axes).map(formula);
      const quantized = quantizeGraph(
        graph,
        new Map([
          ["input", { min: -1, max: 1 }],
          ["output", { min: Math.min(0, ...expected), max: Math.max(0, ...expected) }],
        ]),
      );
      const [qx, qy] = ["input", "output"].map((name) => tensorOf(quantized, name).quant);
      if (qx?.kind !== "perTensor" || qy?.kind !== "perTensor") throw new Error("no scale");
      const interpreter = int8Interpreter(quantized);
      interpreter.input.set(input.map((x) => Math.round(x / qx.scale) + qx.zeroPoint));
      interpreter.run();
      // Each value is off by half a step at most, a sum of 48 by as many.
      const tolerance = qy.scale + (op === sum ? 48 : 1) * qx.scale * 0.5;
      expected.forEach((y, i) => {
        expect(Math.abs((interpreter.output[i]! - qy.zeroPoint) * qy.scale - y)).toBeLessThan(tolerance);
      });
    }
  });

  it.each<[string, readonly number[], readonly number[], RegExp]>([
    ["an axis beyond the shape", [2], [3, 4], /axis 2 is not one of the 2/],
    ["an axis below 0", [-1], [3, 4], /axis -1 is not one/],
    ["an axis twice", [1, 1], [3, 4], /do not ascend/],
    ["no axis", [], [3, 4], /no axes/],
    ["a scalar", [0], [], /axis 0 is not one of the 0/],
    ["six dimensions", [0], [1, 1, 1, 1, 1, 2], /6 dimensions, at most 5/],
  ])("refuse %s", (_what, axes, shape, message) => {
    const tensor: Tensor = { name: "x", dtype: "float32", shape, quant: null, constant: null };
    for (const [op] of OPERATIONS) {
      expect(() => op.inferShapes({ axes, keepDims: true }, [tensor])).toThrow(message);
    }
  });
});

describe("axes in a file", () => {
  const scale = { kind: "perTensor", scale: 0.5, zeroPoint: 3 } as const;
  const written = (axes: readonly number[]): Uint8Array => {
    const graph = unaryGraph(mean, { axes: [1, 2], keepDims: true }, [2, 3, 4], scale, scale);
    return writeTflite({
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, attrs: { axes, keepDims: true } })),
    });
  };

  it("may be negative, in any order and repeated", () => {
    for (const axes of [
      [1, 2],
      [2, 1],
      [-1, 1],
      [-2, 2, -1, 1],
    ]) {
      expect(readTflite(written(axes), "g.tflite").nodes[0]!.attrs).toEqual({ axes: [1, 2], keepDims: true });
    }
  });

  it.each<[string, readonly number[], RegExp]>([
    ["beyond the shape", [1, 3], /axis 3 is not one/],
    ["far below it", [1, -(2 ** 31)], /axis -2147483645 is not one/],
    ["another shape's", [1], /but t1 has shape/],
  ])("are refused: %s", (_what, axes, message) => {
    expect(() => readTflite(written(axes), "g.tflite")).toThrow(message);
  });

  it("must be constants", () => {
    const file = (constant: Tensor["constant"], shape: readonly number[], dtype: DType = "int32") => ({
      inputs: [null, { name: "axes", dtype, shape, quant: null, constant } as const],
      options: { bool: () => false },
    });
    const read = (input: object) => () => mean.tflite.read(input as Parameters<typeof mean.tflite.read>[0]);
    expect(read(file(null, [1]))).toThrow(/axes axes is computed/);
    expect(read(file(Float32Array.of(1), [1], "float32"))).toThrow(/is float32, int32 expected/);
    expect(read(file(Int32Array.of(1, 2), [1, 2]))).toThrow(/at most 1 dimensions/);
    expect(read({ ...file(null, []), inputs: [] })).toThrow(/left out/);
  });
});

describe("dividedBy", () => {
  it("is the kernel's 64-bit division, for every count and exponent at its ends", () => {
    const random = seededRandom("division");
    const counts = [1, 2, 3, 5, 7, 48, 127, 128, 129, 2 ** 20 + 7, 2 ** 24 - 1, 2 ** 24];
    for (let i = 0; i < 200; i++) counts.push(1 + random.integer(2 ** 24));
    const mantissas = [2 ** 30, 2 ** 31 - 1, 2 ** 30 + 1, 1518500250, 0];
    for (const count of counts) {
      for (const mantissa of [...mantissas, 2 ** 30 + random.integer(2 ** 30)]) {
        for (const shift of [-31, -30, -24, -8, -1, 0, 1, 9, 31]) {
          const bits = Math.min(Math.floor(Math.log2(count)), 32, 31 + shift);
          const expected = Number((BigInt(mantissa) << BigInt(bits)) / BigInt(count));
          expect(dividedBy({ mantissa, shift }, count)).toEqual({ mantissa: expected, shift: shift - bits });
        }
      }
    }
    expect(dividedBy(quantizeMultiplier(1), 3)).toEqual({ mantissa: Math.floor(2 ** 31 / 3), shift: 0 });
  });
});

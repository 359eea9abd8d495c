// Arithmetic of two operands against naive sums over indices, and what is refused.
import { describe, expect, it } from "vitest";
import { createInterpreter, floatInterpreter, int8Interpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { type AnyOp, ShapeError } from "../../src/ir/op.ts";
import { elementCount, type Tensor } from "../../src/ir/tensor.ts";
import { inferTypes } from "../../src/ir/types.ts";
import { add, batchMatmul, fullyConnected, less, mul, sub } from "../../src/ops/index.ts";
import { quantizeGraph } from "../../src/quantize/quantize.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { rawGraph } from "../support/cases/raw.ts";

const NONE = { activation: "NONE" } as const;
const normals = (random: Random, n: number): Float32Array =>
  Float32Array.from({ length: n }, () => random.normal());
const scaled = (scale: number, zeroPoint = 0) =>
  ({ kind: "perTensor", scale: Math.fround(scale), zeroPoint }) as const;

/** All index tuples of a shape, in order. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (tuples, dimension) =>
      tuples.flatMap((tuple) => Array.from({ length: dimension }, (_, i) => [...tuple, i])),
    [[]],
  );
}

/** The element of an array at the last of those indices, dimensions of 1 standing for all. */
function at(data: ArrayLike<number>, shape: readonly number[], indices: readonly number[]): number {
  const own = indices.slice(indices.length - shape.length);
  return data[shape.reduce((sum, dimension, i) => sum * dimension + (dimension === 1 ? 0 : own[i]!), 0)]!;
}

function tensor(shape: readonly number[], dtype: Tensor["dtype"] = "float32"): Tensor {
  return { name: `[${shape.join(", ")}]`, dtype, shape, quant: null, constant: null };
}

/** One operator on an input and a constant, with what it made of them. */
function run(op: AnyOp, attrs: object, a: readonly number[], b: readonly number[]) {
  const random = seededRandom(`${op.name}${a.join()}/${b.join()}`);
  const builder = buildGraph("g", "input", a);
  const constant = normals(random, elementCount(b));
  const output = builder.node(op, attrs, ["input", builder.constant("c", b, constant)], "output");
  const graph = builder.build(output, null);
  const interpreter = createInterpreter(graph);
  const input = normals(random, elementCount(a));
  interpreter.input.set(input);
  interpreter.run();
  return { graph, input, constant, output: [...interpreter.output], shape: builder.shapeOf(output) };
}

const SHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[2, 3], []],
  [[3], [2, 1]],
  [[1], [4]],
  [
    [2, 1, 3, 1],
    [1, 4, 1, 5],
  ],
  [
    [4, 1],
    [2, 3, 1, 5],
  ],
  [
    [2, 3, 4, 2, 2],
    [2, 3, 4, 2, 2],
  ],
];

describe("operators of two operands", () => {
  it.each(SHAPES)("broadcast [%j] and [%j]", (a, b) => {
    const operations: readonly (readonly [AnyOp, (x: number, z: number) => number])[] = [
      [add, (x, z) => x + z],
      [sub, (x, z) => x - z],
      [mul, (x, z) => x * z],
      [less, (x, z) => Number(x < z)],
    ];
    for (const [op, formula] of operations) {
      const { input, constant, output, shape } = run(op, op === less ? {} : NONE, a, b);
      const expected = indicesOf(shape).map((i) => formula(at(input, a, i), at(constant, b, i)));
      expect(output).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(output[i]).toBeCloseTo(value, 5);
      });
    }
  });

  it("clamp where an activation is fused", () => {
    const { output, input, constant } = run(sub, { activation: "RELU6" }, [50], [50]);
    output.forEach((y, i) => {
      expect(y).toBeCloseTo(Math.min(Math.max(input[i]! - constant[i]!, 0), 6), 5);
    });
  });

  it("compute in int32, wrapping as 32 bits do", () => {
    const [a, b] = [Int32Array.of(7, -8, 2 ** 31 - 1, 123456789), Int32Array.of(3, -2, 1, -987654321)];
    const expected: readonly (readonly [AnyOp, readonly number[]])[] = [
      [add, [10, -10, -(2 ** 31), -864197532]],
      [sub, [4, -6, 2 ** 31 - 2, 1111111110]],
      [mul, [21, 16, 2 ** 31 - 1, Math.imul(123456789, -987654321)]],
      [less, [0, 1, 0, 0]],
    ];
    for (const [op, values] of expected) {
      const raw = rawGraph("g", "int32", [4], null);
      const node = raw.node(op, op === less ? {} : NONE, ["input", raw.constant([4], b, null)], null);
      const graph = readTflite(writeTflite(raw.build(node)), "g.tflite");
      const interpreter = createInterpreter(graph);
      interpreter.input.set(a);
      interpreter.run();
      expect([...interpreter.output]).toEqual(values);
    }
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "shapes that do not fit",
      () => add.inferShapes(NONE, [tensor([2, 3]), tensor([2])]),
      /cannot be broadcast/,
    ],
    [
      "broadcasting over five dimensions",
      () => mul.inferShapes(NONE, [tensor([1, 2, 3, 4, 5]), tensor([5])]),
      /broadcast over 5 dimensions, at most 4/,
    ],
    ["bool", () => inferTypes(add, NONE, [tensor([2], "bool"), tensor([2], "bool")]), /is bool/],
    ["int16", () => inferTypes(less, {}, [tensor([2], "int16"), tensor([2], "int16")]), /is int16/],
    [
      "two types",
      () => inferTypes(less, {}, [tensor([2], "int32"), tensor([2])]),
      /is float32, int32 expected/,
    ],
    [
      "an activation of int32",
      () => inferTypes(add, { activation: "RELU" }, [tensor([2], "int32"), tensor([2], "int32")]),
      /activation \(RELU\) of int32/,
    ],
    [
      "int32 with a scale",
      () => inferTypes(add, NONE, [tensor([2], "int32"), { ...tensor([2], "int32"), quant: scaled(1) }]),
      /int32 with a scale/,
    ],
  ])("refuse %s", (_what, infer, message) => {
    expect(infer).toThrow(ShapeError);
    expect(infer).toThrow(message);
  });

  it.each<[string, AnyOp, object, readonly [number, number, number], RegExp]>([
    ["ADD to a scale too fine", add, NONE, [1, 0.5, 2 ** -19], /finer than 2\^-19/],
    ["SUB to a scale too fine", sub, NONE, [0.5, 1, 2 ** -19], /finer than 2\^-19/],
    ["ADD too fine to clamp at 6", add, { activation: "RELU6" }, [1e-9, 1e-9, 1e-9], /too fine for a clamp/],
    ["MUL too fine to clamp at 6", mul, { activation: "RELU6" }, [1e-5, 1e-5, 1e-9], /too fine for a clamp/],
    ["LESS of a scale of 1", less, {}, [0.5, 1, 0], /scale 1, below 1 expected/],
  ])("are refused in a file: %s", (_what, op, attrs, [a, b, y], message) => {
    const raw = rawGraph("g", "int8", [4], scaled(a));
    const constant = raw.constant([4], new Int8Array(4), scaled(b));
    const node = raw.node(op, attrs, ["input", constant], op === less ? null : scaled(y));
    expect(() => readTflite(writeTflite(raw.build(node)), "g.tflite")).toThrow(message);
  });

  it("stay near the float graph in int8, also where large values cancel", () => {
    for (const op of [add, sub, mul]) {
      const { graph, input, output } = run(op, NONE, [3, 20], [20]);
      const range = (values: Iterable<number>) => ({
        min: Math.min(0, ...values),
        max: Math.max(0, ...values),
      });
      const ranges = new Map([
        ["input", range(input)],
        ["output", range(output)],
      ]);
      const quantized = quantizeGraph(graph, ranges);
      const [qx, qy] = ["input", "output"].map((name) => tensorOf(quantized, name).quant);
      if (qx?.kind !== "perTensor" || qy?.kind !== "perTensor") throw new Error("no scale");
      const interpreter = int8Interpreter(quantized);
      interpreter.input.set(input.map((x) => Math.round(x / qx.scale) + qx.zeroPoint));
      interpreter.run();
      output.forEach((y, i) => {
        const found = (interpreter.output[i]! - qy.zeroPoint) * qy.scale;
        expect(Math.abs(found - y)).toBeLessThan(0.06);
      });
    }
    const b = buildGraph("g", "input", [2]);
    const c = b.constant("c", [2], Float32Array.of(1e6, 1e6));
    const tiny = new Map([
      ["input", { min: -1e6, max: 0 }],
      ["output", { min: -1e-3, max: 1e-3 }],
    ]);
    const cancelling = quantizeGraph(b.build(b.node(add, NONE, ["input", c], "output"), null), tiny);
    expect(() => readTflite(writeTflite(cancelling), "g.tflite")).not.toThrow();
  });
});

describe("BATCH_MATMUL", () => {
  it.each<[readonly number[], readonly number[]]>([
    [
      [3, 4],
      [4, 2],
    ],
    [
      [2, 3, 4],
      [4, 2],
    ],
    [
      [3, 4],
      [5, 4, 2],
    ],
    [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    [
      [2, 1, 1, 3, 4],
      [1, 3, 2, 4, 1],
    ],
  ])("of %j and %j is the sum over the depth, transposed or not", (a, b) => {
    const swap = (shape: readonly number[]): number[] => [
      ...shape.slice(0, -2),
      shape.at(-1)!,
      shape.at(-2)!,
    ];
    for (const [adjX, adjY] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      const [left, right] = [adjX ? swap(a) : a, adjY ? swap(b) : b];
      const { input, constant, output, shape, graph } = run(batchMatmul, { adjX, adjY }, left, right);
      const expected = indicesOf(shape).map((indices) => {
        const batch = indices.slice(0, -2);
        const [row, column] = indices.slice(-2) as [number, number];
        let sum = 0;
        for (let k = 0; k < a.at(-1)!; k++) {
          const x = at(input, left, [...batch, ...(adjX ? [k, row] : [row, k])]);
          sum += x * at(constant, right, [...batch, ...(adjY ? [column, k] : [k, column])]);
        }
        return sum;
      });
      expect(output).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(output[i]).toBeCloseTo(value, 4);
      });
      const [node] = graph.nodes;
      const operands = [tensor(left), tensor(right)];
      expect(node!.op.macs(node!.attrs, operands)).toBe(elementCount(shape) * a.at(-1)!);
    }
  });

  it.each<[string, readonly number[], readonly number[], RegExp]>([
    ["vectors", [4], [4, 2], /2 to 5 dimensions/],
    ["six dimensions", [1, 1, 1, 1, 3, 4], [4, 2], /2 to 5 dimensions/],
    ["depths that do not fit", [3, 4], [3, 2], /4 columns for 3 rows/],
    ["batches that do not fit", [2, 3, 4], [3, 4, 2], /cannot be broadcast/],
  ])("refuses %s", (_what, a, b, message) => {
    expect(() => batchMatmul.inferShapes({ adjX: false, adjY: false }, [tensor(a), tensor(b)])).toThrow(
      message,
    );
  });
});

describe("FULLY_CONNECTED", () => {
  const dense = (input: readonly number[], keepNumDims: boolean): Graph => {
    const random = seededRandom("dense");
    const b = buildGraph("g", "input", input);
    const w = b.constant("w", [2, 4], normals(random, 8));
    const bias = b.constant("b", [2], normals(random, 2));
    const attrs = { activation: "NONE", ...(keepNumDims ? { keepNumDims } : {}) } as const;
    return b.build(b.node(fullyConnected, attrs, ["input", w, bias], "output"), null);
  };

  it("keeps the dimensions of its input where it is told to, and the values as they were", () => {
    const [kept, flat] = [dense([2, 3, 4], true), dense([2, 3, 4], false)];
    expect(tensorOf(kept, "output").shape).toEqual([2, 3, 2]);
    expect(tensorOf(flat, "output").shape).toEqual([6, 2]);
    const outputs = [kept, flat].map((graph) => {
      const interpreter = floatInterpreter(graph);
      interpreter.input.set(normals(seededRandom("x"), 24));
      interpreter.run();
      return [...interpreter.output];
    });
    expect(outputs[0]).toEqual(outputs[1]);
  });

  it("refuses to keep dimensions of an input that does not end in its depth", () => {
    expect(() => dense([3, 2, 2], true)).toThrow(/does not end in 4/);
    expect(() => dense([3, 2, 2], false)).not.toThrow();
  });

  it("is refused in a file whose bias has another scale than input and weights give", () => {
    const raw = rawGraph("g", "int8", [1, 2], scaled(0.5));
    const w = raw.constant([3, 2], new Int8Array(6), scaled(0.25));
    const bias = raw.constant([3], new Int32Array(3), scaled(0.2));
    const output = raw.node(fullyConnected, { activation: "NONE" }, ["input", w, bias], scaled(1));
    expect(() => readTflite(writeTflite(raw.build(output)), "g.tflite")).toThrow(/0\.2\S+, 0\.125 expected/);
  });
});

// Operators that only move values: against their definitions, coordinate by coordinate; what does not fit is refused.
import { describe, expect, it } from "vitest";
import { createInterpreter, floatInterpreter } from "../../src/interpret/interpreter.ts";
import { buildGraph } from "../../src/ir/builder.ts";
import type { AnyOp, FileOperator, OptionsTable, Outputs } from "../../src/ir/op.ts";
import { ShapeError } from "../../src/ir/op.ts";
import { type DType, elementCount, type Tensor } from "../../src/ir/tensor.ts";
import {
  concatenation,
  expandDims,
  gather,
  pack,
  pad,
  reshape,
  reverseV2,
  slice,
  split,
  squeeze,
  stridedSlice,
  transpose,
  unpack,
} from "../../src/ops/index.ts";
import { UserError } from "../../src/util/errors.ts";
import { randomFrames, randomOperatorGraph } from "../support/random-graph.ts";

type Shape = readonly number[];
/** Where an output's value comes from: which input and where in it; null for a zero. */
type Source = readonly [input: number, at: Shape] | null;

const STRIDED = { beginMask: 0, endMask: 0, shrinkAxisMask: 0 };

function* coordinates(shape: Shape): Generator<Shape> {
  for (let n = 0; n < elementCount(shape); n++) {
    const at = new Array<number>(shape.length);
    let rest = n;
    for (let i = shape.length - 1; i >= 0; i--) {
      at[i] = rest % shape[i]!;
      rest = Math.floor(rest / shape[i]!);
    }
    yield at;
  }
}

/** Each value of an input tells which input it is from and where it stood. */
const valueAt = (input: number, shape: Shape, at: Shape): number =>
  1000 * (input + 1) + at.reduce((sum, n, i) => sum * shape[i]! + n, 0);

/** Evaluates one operator in float32, the first input given, the others constant. */
function evaluate(op: AnyOp, attrs: object, shapes: readonly Shape[]): { shape: Shape; data: number[] }[] {
  const data = shapes.map((shape, k) =>
    Float32Array.from([...coordinates(shape)], (at) => valueAt(k, shape, at)),
  );
  const b = buildGraph("g", "in0", shapes[0]!);
  const names = shapes.map((shape, k) => (k === 0 ? "in0" : b.constant(`in${k}`, shape, data[k]!)));
  const count = op.inferShapes(
    attrs,
    shapes.map((shape) => tensor("float32", shape)),
  ).length;
  const [first, ...rest] = Array.from({ length: count }, (_, i) => `out${i}`);
  const outputs = b.nodes<object, readonly "activation"[]>(op as never, attrs, names, [first!, ...rest]);
  const interpreter = floatInterpreter(b.build(outputs[0], null));
  interpreter.input.set(data[0]!);
  interpreter.run();
  return outputs.map((name) => ({ shape: b.shapeOf(name), data: [...interpreter.dataOf(name)] }));
}

function tensor(dtype: DType, shape: Shape, values?: readonly number[], name = "t"): Tensor {
  const constant = values === undefined ? null : Int32Array.from(values);
  return { name, dtype, shape, quant: null, constant };
}

interface Definition {
  readonly op: AnyOp;
  readonly attrs: object;
  readonly shapes: readonly Shape[];
  readonly outputs: readonly Shape[];
  readonly source: (at: Shape, output: number) => Source;
}

const DEFINITIONS: readonly Definition[] = [
  {
    op: concatenation,
    attrs: { axis: 1 },
    shapes: [
      [2, 3, 2],
      [2, 1, 2],
      [2, 2, 2],
    ],
    outputs: [[2, 6, 2]],
    source([a, b, c]) {
      const [input, first] = b! < 3 ? [0, 0] : b! < 4 ? [1, 3] : [2, 4];
      return [input, [a!, b! - first, c!]];
    },
  },
  {
    op: transpose,
    attrs: { perm: [2, 0, 1] },
    shapes: [[2, 3, 4]],
    outputs: [[4, 2, 3]],
    source: ([a, b, c]) => [0, [b!, c!, a!]],
  },
  {
    op: pad,
    attrs: {
      paddings: [
        [1, 0],
        [0, 2],
      ],
    },
    shapes: [[2, 3]],
    outputs: [[3, 5]],
    source: ([a, b]) => (a! < 1 || b! >= 3 ? null : [0, [a! - 1, b!]]),
  },
  {
    op: slice,
    attrs: { begin: [1, 0, 2], size: [1, 3, 2] },
    shapes: [[3, 3, 5]],
    outputs: [[1, 3, 2]],
    source: ([a, b, c]) => [0, [a! + 1, b!, c! + 2]],
  },
  {
    op: stridedSlice,
    attrs: { ...STRIDED, begin: [-1, 1], end: [-9, 9], strides: [-2, 3] },
    shapes: [[4, 6]],
    outputs: [[2, 2]],
    source: ([a, b]) => [0, [3 - 2 * a!, 1 + 3 * b!]],
  },
  {
    op: stridedSlice,
    attrs: {
      begin: [2, 5, 1],
      end: [0, 0, 0],
      strides: [-1, -2, 1],
      beginMask: 1,
      endMask: 3,
      shrinkAxisMask: 4,
    },
    shapes: [[3, 6, 2]],
    outputs: [[3, 3]],
    source: ([a, b]) => [0, [2 - a!, 5 - 2 * b!, 1]],
  },
  {
    op: split,
    attrs: { axis: 1, count: 3 },
    shapes: [[2, 6]],
    outputs: [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
    source: ([a, b], output) => [0, [a!, b! + 2 * output]],
  },
  {
    op: pack,
    attrs: { axis: 1, count: 3 },
    shapes: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    outputs: [[2, 3, 3]],
    source: ([a, b, c]) => [b!, [a!, c!]],
  },
  {
    op: unpack,
    attrs: { axis: 1, count: 2 },
    shapes: [[3, 2, 2]],
    outputs: [
      [3, 2],
      [3, 2],
    ],
    source: ([a, b], output) => [0, [a!, output, b!]],
  },
  {
    op: expandDims,
    attrs: { axis: 1 },
    shapes: [[2, 3]],
    outputs: [[2, 1, 3]],
    source: ([a, , c]) => [0, [a!, c!]],
  },
  {
    op: squeeze,
    attrs: { axes: [0, 2] },
    shapes: [[1, 2, 1, 1, 3]],
    outputs: [[2, 1, 3]],
    source: ([a, b, c]) => [0, [0, a!, 0, b!, c!]],
  },
  {
    op: reverseV2,
    attrs: { axes: [1, 2] },
    shapes: [[2, 3, 4]],
    outputs: [[2, 3, 4]],
    source: ([a, b, c]) => [0, [a!, 2 - b!, 3 - c!]],
  },
  {
    op: reshape,
    attrs: { newShape: [3, 2] },
    shapes: [[2, 3]],
    outputs: [[3, 2]],
    source: ([a, b]) => [0, [Math.floor((2 * a! + b!) / 3), (2 * a! + b!) % 3]],
  },
];

describe("an operator that moves values", () => {
  it.each(DEFINITIONS)("$op.name follows its definition ($attrs)", (definition) => {
    const { op, attrs, shapes, outputs, source } = definition;
    const found = evaluate(op, attrs, shapes);
    expect(found.map(({ shape }) => shape)).toEqual(outputs);
    found.forEach(({ shape, data }, output) => {
      const expected = [...coordinates(shape)].map((at) => {
        const from = source(at, output);
        return from === null ? 0 : valueAt(from[0], shapes[from[0]]!, from[1]);
      });
      expect(data).toEqual(expected);
    });
  });

  it.each([
    [{ axis: 1, batchDims: 0 }, [2, 4, 3], [2], [3, 0], [2, 2, 3]],
    [{ axis: 0, batchDims: 0 }, [4, 3], [], [2], [3]],
    [{ axis: 1, batchDims: 1 }, [2, 4, 3], [2, 2], [3, 0, 1, 1], [2, 2, 3]],
    [{ axis: 2, batchDims: 1 }, [2, 2, 3], [2, 1], [2, 0], [2, 2, 1]],
  ])("GATHER follows its definition (%o)", (attrs, shape, indexShape, indices, outputShape) => {
    const b = buildGraph("g", "in", shape);
    const out = b.node(
      gather,
      attrs,
      ["in", b.constant("indices", indexShape, Int32Array.from(indices))],
      "out",
    );
    expect(b.shapeOf(out)).toEqual(outputShape);
    const interpreter = floatInterpreter(b.build(out, null));
    interpreter.input.set([...coordinates(shape)].map((at) => valueAt(0, shape, at)));
    interpreter.run();
    const { axis, batchDims } = attrs;
    const expected = [...coordinates(outputShape)].map((at) => {
      const outer = at.slice(0, axis);
      const pickRank = indexShape.length - batchDims;
      const where = [...at.slice(0, batchDims), ...at.slice(axis, axis + pickRank)];
      const picked = indices[where.reduce((sum, n, i) => sum * indexShape[i]! + n, 0)]!;
      return valueAt(0, shape, [...outer, picked, ...at.slice(axis + pickRank)]);
    });
    expect([...interpreter.output]).toEqual(expected);
  });

  it("pads with the zero point, again on every run", () => {
    const graph = graphWithInput(pad, { paddings: [[1, 2]] }, [2], "int8", [5]);
    const interpreter = createInterpreter(graph);
    for (const values of [
      [7, -7],
      [0, 100],
    ]) {
      interpreter.input.set(values);
      interpreter.run();
      expect([...interpreter.output]).toEqual([-3, ...values, -3, -3]);
    }
  });
});

/** One operator with one input and one output, of any type. */
function graphWithInput(op: AnyOp, attrs: object, shape: Shape, dtype: DType, output: Shape) {
  const quant = { kind: "perTensor", scale: 0.25, zeroPoint: -3 } as const;
  const tensors = [
    { ...tensor(dtype, shape), name: "in", quant },
    { ...tensor(dtype, output), name: "out", quant },
  ];
  return {
    name: "g",
    tensors: new Map(tensors.map((t) => [t.name, t])),
    nodes: [{ op, attrs, inputs: ["in"], outputs: ["out"] as Outputs<string> }],
    input: "in",
    output: "out",
    metadata: null,
  };
}

describe("an operator that moves values refuses", () => {
  it.each<[string, AnyOp, object, readonly Shape[], RegExp]>([
    [
      "inputs that do not join",
      concatenation,
      { axis: 0 },
      [
        [2, 2],
        [2, 3],
      ],
      /cannot follow/,
    ],
    ["another rank", concatenation, { axis: 0 }, [[2, 2], [2]], /cannot follow/],
    ["an axis too far", concatenation, { axis: 2 }, [[2, 2]], /axis 2 is none of 2/],
    ["a broken axis", concatenation, { axis: 0.5 }, [[2, 2]], /axis 0.5/],
    ["eleven inputs", concatenation, { axis: 0 }, new Array<Shape>(11).fill([1]), /11 inputs, at most 10/],
    ["five dimensions to join", concatenation, { axis: 0 }, [[1, 1, 1, 1, 2]], /5 dimensions, at most 4/],
    ["a dimension twice", transpose, { perm: [0, 0] }, [[2, 2]], /\(0, 0\) is no order of 2/],
    ["a dimension that is not there", transpose, { perm: [0, 2] }, [[2, 2]], /no order/],
    ["a short order", transpose, { perm: [0] }, [[2, 2]], /no order/],
    ["an order of six", transpose, { perm: [0, 1, 2, 3, 4, 5] }, [[1, 1, 1, 1, 1, 2]], /at most 5/],
    ["negative padding", pad, { paddings: [[-1, 2]] }, [[4]], /padding is -1/],
    ["too few paddings", pad, { paddings: [[1, 1]] }, [[4, 4]], /1 dimensions of 2/],
    ["a slice beyond the end", slice, { begin: [2], size: [3] }, [[4]], /3 values from 2/],
    ["a slice before the start", slice, { begin: [-1], size: [2] }, [[4]], /2 values from -1/],
    ["an empty slice", slice, { begin: [2], size: [0] }, [[4]], /0 values/],
    ["a short begin", slice, { begin: [0], size: [1, 1] }, [[2, 2]], /1 begins and 2 sizes/],
    ["a stride of 0", stridedSlice, { ...STRIDED, begin: [0], end: [2], strides: [0] }, [[4]], /stride 0/],
    [
      "a stride that overflows",
      stridedSlice,
      { ...STRIDED, begin: [1], end: [4], strides: [2 ** 31 - 1] },
      [[4]],
      /stride 2147483647/,
    ],
    ["nothing", stridedSlice, { ...STRIDED, begin: [3], end: [1], strides: [1] }, [[4]], /nothing of dim/],
    [
      "shrinking backwards",
      stridedSlice,
      { ...STRIDED, begin: [1], end: [0], strides: [-1], shrinkAxisMask: 1 },
      [[4]],
      /shrinks with stride -1/,
    ],
    [
      "shrinking to a value that is not there",
      stridedSlice,
      { ...STRIDED, begin: [4], end: [5], strides: [1], shrinkAxisMask: 1 },
      [[4]],
      /4 is no position in dimension 0 of 4/,
    ],
    [
      "positions for too few",
      stridedSlice,
      { ...STRIDED, begin: [0], end: [1], strides: [1] },
      [[2, 2]],
      /1 pos/,
    ],
    ["parts that are not equal", split, { axis: 0, count: 3 }, [[4]], /4 does not split into 3/],
    ["no parts", split, { axis: 0, count: 0 }, [[4]], /into 0/],
    ["parts by the million", split, { axis: 0, count: 2 ** 30 }, [[4]], /into 1073741824/],
    ["other shapes to stack", pack, { axis: 0, count: 2 }, [[2], [3]], /\[2\] expected/],
    ["another count to stack", pack, { axis: 0, count: 3 }, [[2], [2]], /2 inputs, its options say 3/],
    ["too few to unstack", unpack, { axis: 0, count: 2 }, [[3]], /3 does not unpack into 2/],
    ["a scalar to unstack", unpack, { axis: 0, count: 1 }, [[]], /axis 0 is none of 0/],
    ["a new axis too far", expandDims, { axis: 3 }, [[2, 2]], /axis 3 is none of 3/],
    ["a sixth dimension", expandDims, { axis: 0 }, [[1, 1, 1, 1, 2]], /at most 4/],
    ["a wide dimension to go", squeeze, { axes: [1] }, [[1, 2]], /dimension 1 has 2 values/],
    ["none to go", squeeze, { axes: [] }, [[1, 2]], /names no dimension/],
    ["axes apart", reverseV2, { axes: [0, 2] }, [[2, 2, 2]], /not neighbours/],
    ["no axes", reverseV2, { axes: [] }, [[2]], /not neighbours/],
    ["another size", reshape, { newShape: [5] }, [[2, 2]], /cannot become/],
  ])("%s", (_what, op, attrs, shapes, message) => {
    const inputs = shapes.map((shape) => tensor("float32", shape));
    expect(() => op.inferShapes(attrs, inputs)).toThrow(ShapeError);
    expect(() => op.inferShapes(attrs, inputs)).toThrow(message);
  });

  it.each<[string, AnyOp, object, readonly Tensor[], RegExp]>([
    [
      "int32 that the kernel does not move",
      transpose,
      { perm: [0] },
      [tensor("int32", [2])],
      /is int32; float32/,
    ],
    [
      "two types",
      concatenation,
      { axis: 0 },
      [tensor("int8", [2]), tensor("float32", [2])],
      /float32, int8 expected/,
    ],
    [
      "indices that are no numbers to count by",
      gather,
      { axis: 0, batchDims: 0 },
      [tensor("int8", [2]), tensor("int8", [2])],
      /int8, int32 expected/,
    ],
    [
      "int32 to gather",
      gather,
      { axis: 0, batchDims: 0 },
      [tensor("int32", [2]), tensor("int32", [2])],
      /float32, int8 are supported/,
    ],
  ])("%s", (_what, op, attrs, inputs, message) => {
    expect(() => op.inferTypes!(attrs, inputs)).toThrow(message);
  });

  it.each<[string, object, Tensor, Tensor, RegExp]>([
    [
      "a constant index too high",
      { axis: 0, batchDims: 0 },
      tensor("int8", [4]),
      tensor("int32", [2], [0, 4]),
      /4/,
    ],
    [
      "a constant index below 0",
      { axis: 0, batchDims: 0 },
      tensor("int8", [4]),
      tensor("int32", [1], [-1]),
      /-1/,
    ],
    ["an axis too far", { axis: 1, batchDims: 0 }, tensor("int8", [4]), tensor("int32", [1]), /axis 1/],
    [
      "other batches",
      { axis: 1, batchDims: 1 },
      tensor("int8", [4, 2]),
      tensor("int32", [3, 1]),
      /do not share/,
    ],
    [
      "batches behind the axis",
      { axis: 0, batchDims: 1 },
      tensor("int8", [4]),
      tensor("int32", [4]),
      /share/,
    ],
    ["batches below 0", { axis: 0, batchDims: -1 }, tensor("int8", [4]), tensor("int32", [4]), /share/],
  ])("GATHER: %s", (_what, attrs, values, indices, message) => {
    expect(() => gather.inferShapes(attrs as never, [values, indices])).toThrow(ShapeError);
    expect(() => gather.inferShapes(attrs as never, [values, indices])).toThrow(message);
  });

  it("GATHER: a computed index out of range, by name and before anything is read", () => {
    const graph = [...Array(50).keys()]
      .map((i) => randomOperatorGraph("GATHER", `range/${i}`))
      .find((one) => one.nodes[0]!.inputs[1] === "input")!;
    const interpreter = createInterpreter(graph);
    const [good] = randomFrames(graph, 1, "range");
    interpreter.input.set(good!);
    interpreter.run();
    for (const wrong of [-1, 1000, 2 ** 31 - 1, -(2 ** 31)]) {
      interpreter.input[0] = wrong;
      expect(() => {
        interpreter.run();
      }).toThrow(UserError);
      expect(() => {
        interpreter.run();
      }).toThrow(`GATHER is asked for element ${wrong} of`);
    }
  });
});

interface FileParts {
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs?: Outputs<Tensor>;
  readonly int32s?: Readonly<Record<number, number>>;
  readonly int8s?: Readonly<Record<number, number>>;
  readonly vector?: readonly number[];
}

function fileOperator({ inputs, outputs, int32s = {}, int8s = {}, vector }: FileParts): FileOperator {
  const options: OptionsTable = {
    int8: (slot, fallback) => int8s[slot] ?? fallback,
    int32: (slot, fallback) => int32s[slot] ?? fallback,
    float32: (_slot, fallback) => fallback,
    bool: (slot, fallback) => (int8s[slot] === undefined ? fallback : int8s[slot] !== 0),
    int32Vector: () => vector ?? null,
  };
  return {
    options,
    inputs,
    isVariable: () => false,
    outputs: outputs ?? [tensor("int8", [2, 3])],
    subgraph: () => {
      throw new Error("there is none");
    },
  };
}

const X = tensor("int8", [2, 3], undefined, "x");
const ints = (values: readonly number[], shape: Shape = [values.length]): Tensor =>
  tensor("int32", shape, values, "p");

describe("reading from a file", () => {
  it.each<[string, AnyOp, FileParts, object]>([
    ["counts an axis from the end", concatenation, { inputs: [X], int32s: { 0: -1 } }, { axis: 1 }],
    [
      "counts a split's axis from the end",
      split,
      { inputs: [ints([-2], []), X], int32s: { 0: 1 } },
      { axis: 0, count: 1 },
    ],
    [
      "counts a stack's axis from the end",
      pack,
      { inputs: [X], int32s: { 0: 1, 1: -1 } },
      { axis: 1, count: 1 },
    ],
    [
      "counts an unstack's axis from the end",
      unpack,
      { inputs: [X], int32s: { 0: 3, 1: -1 } },
      { axis: 1, count: 3 },
    ],
    ["counts a new axis from the end", expandDims, { inputs: [X, ints([-1], [])] }, { axis: 2 }],
    ["takes a new axis as a vector of one", expandDims, { inputs: [X, ints([1])] }, { axis: 1 }],
    ["sorts axes to reverse", reverseV2, { inputs: [X, ints([-1, 0])] }, { axes: [0, 1] }],
    [
      "resolves a size of −1",
      slice,
      { inputs: [X, ints([1, 1]), ints([1, -1])] },
      { begin: [1, 1], size: [1, 2] },
    ],
    [
      "squeezes what is 1 where nothing is named",
      squeeze,
      { inputs: [tensor("int8", [1, 2, 1])] },
      { axes: [0, 2] },
    ],
    [
      "squeezes from the end",
      squeeze,
      { inputs: [tensor("int8", [1, 2, 1])], vector: [-1, 2] },
      { axes: [2] },
    ],
    [
      "counts GATHER's axis and batches from the end",
      gather,
      { inputs: [tensor("int8", [2, 3, 4]), tensor("int32", [2, 3])], int32s: { 0: -1, 1: -1 } },
      { axis: 2, batchDims: 1 },
    ],
    [
      "forgets masks of dimensions that are not there",
      stridedSlice,
      {
        inputs: [X, ints([0, 0]), ints([2, 3]), ints([1, 1])],
        int32s: { 0: 0xff, 1: -1, 4: 4 },
      },
      { begin: [0, 0], end: [2, 3], strides: [1, 1], beginMask: 3, endMask: 3, shrinkAxisMask: 0 },
    ],
    ["reshapes by options", reshape, { inputs: [X], vector: [2, 3] }, { newShape: [2, 3] }],
    ["reshapes by options with a −1", reshape, { inputs: [X], vector: [-1, 3] }, { newShape: [2, 3] }],
    ["reshapes by a shape input", reshape, { inputs: [X, ints([2, 3])] }, { newShape: [2, 3] }],
    [
      "reshapes by a shape input with a −1, whatever the options say",
      reshape,
      { inputs: [X, ints([2, -1])], vector: [6] },
      { newShape: [2, 3] },
    ],
    ["reshapes by the output alone", reshape, { inputs: [X] }, { newShape: [2, 3] }],
    [
      "reshapes by the output where the shape is computed",
      reshape,
      { inputs: [X, tensor("int32", [2])], vector: [6] },
      { newShape: [2, 3] },
    ],
    [
      "reshapes to an old file's scalar",
      reshape,
      { inputs: [tensor("int8", [1])], outputs: [tensor("int8", [])], vector: [0] },
      { newShape: [] },
    ],
  ])("%s", (_what, op, parts, attrs) => {
    expect(op.tflite.read(fileOperator(parts))).toEqual(attrs);
  });

  it.each<[string, AnyOp, FileParts, RegExp]>([
    ["a computed order", transpose, { inputs: [X, tensor("int32", [2], undefined, "p")] }, /p is computed/],
    ["an order of floats", transpose, { inputs: [X, tensor("float32", [2])] }, /float32, int32 expected/],
    ["an order that is left out", transpose, { inputs: [X, null] }, /perm \(input 1\) is left out/],
    ["an order in two dimensions", transpose, { inputs: [X, ints([0, 1], [1, 2])] }, /1 dimensions/],
    [
      "an order of a hundred",
      transpose,
      { inputs: [X, ints(new Array<number>(100).fill(0))] },
      /at most 64 values/,
    ],
    ["no order at all", transpose, { inputs: [X] }, /1 inputs, 2 expected/],
    ["one input too many", transpose, { inputs: [X, ints([0, 1]), X] }, /3 inputs, 2 expected/],
    ["paddings in one dimension", pad, { inputs: [X, ints([0, 0, 0, 0])] }, /2 dimensions/],
    ["too few paddings", pad, { inputs: [X, ints([0, 0], [1, 2])] }, /2 paddings, two for each of 2/],
    ["a padding value, which is PADV2", pad, { inputs: [X, ints([0, 0, 0, 0], [2, 2]), X] }, /3 inputs/],
    ["two axes to split by", split, { inputs: [ints([0, 1]), X], int32s: { 0: 1 } }, /2 values, 1 expected/],
    [
      "another number of parts",
      split,
      { inputs: [ints([0], []), X], int32s: { 0: 2 } },
      /1 outputs, its options say 2/,
    ],
    [
      "an axis before the first",
      split,
      { inputs: [ints([-3], []), X], int32s: { 0: 1 } },
      /axis -3 is none of 2/,
    ],
    [
      "a fused activation",
      concatenation,
      { inputs: [X], int8s: { 1: 1 } },
      /activation RELU is not supported/,
    ],
    ["an ellipsis", stridedSlice, { inputs: [X, X, X, X], int32s: { 2: 1 } }, /ellipsis/],
    ["a new axis", stridedSlice, { inputs: [X, X, X, X], int32s: { 3: 1 } }, /new axes/],
    ["relative ends", stridedSlice, { inputs: [X, X, X, X], int8s: { 5: 1 } }, /relative/],
    ["nine axes to squeeze", squeeze, { inputs: [X], vector: new Array<number>(9).fill(0) }, /names 9/],
    [
      "a shape that is not the output's",
      reshape,
      { inputs: [X], vector: [3, 2] },
      /asks for \[3, 2\], its output/,
    ],
    ["two −1", reshape, { inputs: [X], vector: [-1, -1] }, /asks for/],
    ["a shape of 0 and −1", reshape, { inputs: [X], vector: [0, -1] }, /asks for/],
    ["three inputs to reshape", reshape, { inputs: [X, ints([6]), X] }, /3 inputs/],
  ])("refuses %s", (_what, op, parts, message) => {
    expect(() => op.tflite.read(fileOperator(parts))).toThrow(ShapeError);
    expect(() => op.tflite.read(fileOperator(parts))).toThrow(message);
  });
});

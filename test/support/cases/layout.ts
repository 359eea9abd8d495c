// Random movements of values.
import type { Graph } from "../../../src/ir/graph.ts";
import { type DType, elementCount, type Tensor } from "../../../src/ir/tensor.ts";
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
} from "../../../src/ops/index.ts";
import type { Random } from "../../../src/util/random.ts";
import { type OperatorCases, pick } from "./case.ts";
import { constantOf, drawValid, quantization, smallShape, typedGraph } from "./typed.ts";

const ANY: readonly DType[] = ["int8", "int8", "int8", "float32", "int32", "int16", "bool"];
const NUMBERS: readonly DType[] = ["int8", "int8", "int8", "float32", "int32", "int16"];
const WITHOUT_INT32: readonly DType[] = ["int8", "int8", "float32", "int16"];

export const LAYOUT: OperatorCases = {
  CONCATENATION: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 4 });
      const axis = random.integer(shape.length);
      const shapes = Array.from({ length: 1 + random.integer(10) }, () =>
        shape.with(axis, random.uniform() < 0.5 ? shape[axis]! : 1 + random.integer(5)),
      );
      return typedGraph(random, concatenation, { axis }, shapes, ANY);
    },
  },
  EXPAND_DIMS: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 4 });
      return typedGraph(
        random,
        expandDims,
        { axis: random.integer(shape.length + 1) },
        [shape],
        WITHOUT_INT32,
      );
    },
  },
  GATHER: { graph: gatherGraph },
  PACK: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 4 });
      const shapes = new Array<readonly number[]>(1 + random.integer(12)).fill(shape);
      const attrs = { axis: random.integer(shape.length + 1), count: shapes.length };
      return typedGraph(random, pack, attrs, shapes, NUMBERS);
    },
  },
  PAD: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 });
      // An image's: the kernel has another way for it.
      const image = shape.length === 4 && random.uniform() < 0.5;
      const some = (): number => pick(random, [0, 0, 1, 2, 3]);
      const paddings = shape.map((_, i) =>
        image && (i === 0 || i === 3) ? ([0, 0] as const) : ([some(), some()] as const),
      );
      return typedGraph(random, pad, { paddings }, [shape], NUMBERS);
    },
  },
  RESHAPE: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 });
      const newShape = random.shuffle([...shape]);
      // Two dimensions become one.
      if (newShape.length > 1 && random.uniform() < 0.6) newShape.push(newShape.pop()! * newShape.pop()!);
      return typedGraph(random, reshape, { newShape }, [shape], ANY);
    },
  },
  REVERSE_V2: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 });
      const first = random.integer(shape.length);
      const count = 1 + random.integer(shape.length - first);
      const axes = Array.from({ length: count }, (_, i) => first + i);
      return typedGraph(random, reverseV2, { axes }, [shape], ANY);
    },
  },
  SLICE: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 });
      const begin = shape.map((n) => random.integer(n));
      const size = shape.map((n, i) => 1 + random.integer(n - begin[i]!));
      return typedGraph(random, slice, { begin, size }, [shape], ANY);
    },
  },
  SPLIT: {
    graph(random) {
      const count = 1 + random.integer(5);
      const shape = smallShape(random, { min: 1, max: 5 });
      const axis = random.integer(shape.length);
      const whole = shape.with(axis, count * (1 + random.integer(3)));
      return typedGraph(random, split, { axis, count }, [whole], NUMBERS);
    },
  },
  SQUEEZE: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 }).map((n) => (random.uniform() < 0.5 ? 1 : n));
      const ones = shape.flatMap((n, i) => (n === 1 ? [i] : []));
      const some = ones.filter(() => random.uniform() < 0.7);
      return typedGraph(random, squeeze, { axes: some.length > 0 ? some : ones }, [shape], ANY);
    },
  },
  STRIDED_SLICE: { graph: stridedSliceGraph },
  TRANSPOSE: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 });
      const perm = random.shuffle(shape.map((_, i) => i));
      return typedGraph(random, transpose, { perm }, [shape], WITHOUT_INT32);
    },
  },
  UNPACK: {
    graph(random) {
      const shape = smallShape(random, { min: 1, max: 5 });
      const axis = random.integer(shape.length);
      return typedGraph(random, unpack, { axis, count: shape[axis]! }, [shape], NUMBERS);
    },
  },
};

/** Positions from either end and beyond them, strides of both signs, every mask. */
function stridedSliceGraph(random: Random): Graph {
  const shape = smallShape(random, { min: 1, max: 4 });
  const input: Tensor = { name: "input", dtype: "int8", shape, quant: null, constant: null };
  const mask = (): number => random.integer(1 << shape.length) & random.integer(1 << shape.length);
  const attrs = drawValid(
    () => ({
      begin: shape.map((n) => random.integer(2 * n + 5) - n - 2),
      end: shape.map((n) => random.integer(2 * n + 5) - n - 2),
      strides: shape.map(() => pick(random, [1, 1, 2, 3, 20, -1, -1, -2, -5])),
      beginMask: mask(),
      endMask: mask(),
      shrinkAxisMask: mask(),
    }),
    (drawn) => stridedSlice.inferShapes(drawn, [input]),
  );
  return typedGraph(random, stridedSlice, attrs, [shape], ANY);
}

/** Values from the graph's input at constant positions, or from a constant at positions that are the graph's input. */
function gatherGraph(random: Random): Graph {
  const dtype = pick(random, ["int8", "int8", "float32"] as const);
  const shape = smallShape(random, { min: 1, max: 4 });
  const axis = random.integer(shape.length);
  const batchDims = random.integer(axis + 1);
  const picks = [...shape.slice(0, batchDims), ...smallShape(random, { min: batchDims > 0 ? 0 : 1, max: 2 })];
  const indices = Int32Array.from({ length: elementCount(picks) }, () => random.integer(shape[axis]!));
  const computed = random.uniform() < 0.5;
  const quant = quantization(random, dtype);
  const constant = constantOf(random, dtype, shape);
  const output = [...shape.slice(0, axis), ...picks.slice(batchDims), ...shape.slice(axis + 1)];
  const [valueName, indexName] = computed ? ["values", "input"] : ["input", "indices"];
  const tensors: Tensor[] = [
    { name: valueName, dtype, shape, quant, constant: computed ? constant : null },
    { name: indexName, dtype: "int32", shape: picks, quant: null, constant: computed ? null : indices },
    { name: "output", dtype, shape: output, quant, constant: null },
  ];
  return {
    name: "gather",
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    nodes: [{ op: gather, attrs: { axis, batchDims }, inputs: [valueName, indexName], outputs: ["output"] }],
    input: "input",
    output: "output",
    metadata: null,
  };
}

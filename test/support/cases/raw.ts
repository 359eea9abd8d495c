// Graphs made tensor by tensor, for scales and types that no float graph comes to.
import type { Graph } from "../../../src/ir/graph.ts";
import type { AnyOp, Node } from "../../../src/ir/op.ts";
import {
  type DType,
  type PerTensorQuantization,
  type QuantizationParams,
  type Tensor,
  type TensorData,
} from "../../../src/ir/tensor.ts";
import { inferTypes } from "../../../src/ir/types.ts";
import { frexp } from "../../../src/util/fixedpoint.ts";
import type { Random } from "../../../src/util/random.ts";
import { pick } from "./case.ts";

/** A scale between those powers of two and any zero point, the ends and the middle more often than by chance. */
export function randomScale(random: Random, low: number, high: number): PerTensorQuantization {
  return {
    kind: "perTensor",
    scale: Math.fround(2 ** (low + random.uniform() * (high - low))),
    zeroPoint: pick(random, [-128, 0, 127, random.integer(256) - 128, random.integer(256) - 128]),
  };
}

/** An extreme of int8, less a zero point, that is not 0: what the first frames of a golden vector hold throughout. */
export function extremeOf(random: Random, { zeroPoint }: PerTensorQuantization): number {
  const extremes = [127 - zeroPoint, -128 - zeroPoint].filter((value) => value !== 0);
  return pick(random, extremes);
}

/**
 * A scale on which a sum of that many units lies on a border between two steps, as near as float32 can say: multipliers
 * computed in float32 and in double then come to different steps. Null where no scale brings it there.
 */
function tiedScale(random: Random, unit: number, count: number): number | null {
  if (unit === 0 || count === 0) return null;
  const middle = random.integer(100) + 0.5;
  // The kernels round twice: to whole units of 2^exponent, then to a step. The border is half a unit below the middle.
  const { exponent } = frexp(middle / Math.abs(count));
  const border = middle - (exponent > 0 ? 0 : 2 ** (exponent - 1));
  const scale = Math.fround(Math.abs(unit * count) / border);
  return scale > 2 ** -40 && Number.isFinite(scale) ? scale : null;
}

/** That scale, where there is one, in half of the cases. */
export function perhapsTied(
  random: Random,
  quant: PerTensorQuantization,
  unit: number,
  count: number,
): PerTensorQuantization {
  const scale = random.uniform() < 0.5 ? tiedScale(random, unit, count) : null;
  // In the middle of the range, where neither sign is clamped.
  return scale === null ? quant : { ...quant, scale, zeroPoint: random.integer(40) - 20 };
}

/** Any values, with the extremes among them. */
export function int8Values(random: Random, count: number): Int8Array {
  return Int8Array.from({ length: count }, () => pick(random, [-128, 127, random.integer(256) - 128]));
}

export function int32Values(random: Random, count: number): Int32Array {
  return Int32Array.from({ length: count }, () => {
    const small = random.integer(256) - 128;
    return pick(random, [
      small,
      small,
      Math.round((random.uniform() - 0.5) * 2 ** 32),
      -(2 ** 31),
      2 ** 31 - 1,
    ]);
  });
}

export interface RawGraph {
  /** Adds a constant; returns its name. */
  constant(shape: readonly number[], data: TensorData, quant: QuantizationParams | null): string;
  /** Adds an operator with one output, its shape and type inferred; returns the output's name. */
  node(op: AnyOp, attrs: object, inputs: readonly string[], quant: QuantizationParams | null): string;
  readonly get: (name: string) => Tensor;
  build(output: string): Graph;
}

/** Starts a graph with the input "input". */
export function rawGraph(
  graphName: string,
  dtype: DType,
  shape: readonly number[],
  quant: QuantizationParams | null,
): RawGraph {
  const tensors = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const put = (tensor: Tensor): string => {
    tensors.set(tensor.name, tensor);
    return tensor.name;
  };
  put({ name: "input", dtype, shape, quant, constant: null });
  const raw: RawGraph = {
    get: (name) => tensors.get(name)!,
    constant(constantShape, data, constantQuant) {
      const type = DTYPES.find(([kind]) => data instanceof kind)![1];
      return put({
        name: `c${tensors.size}`,
        dtype: type,
        shape: constantShape,
        quant: constantQuant,
        constant: data,
      });
    },
    node(op, attrs, inputs, outputQuant) {
      const operands = inputs.map(raw.get);
      const output = put({
        name: `t${tensors.size}`,
        dtype: inferTypes(op, attrs, operands)[0],
        shape: op.inferShapes(attrs, operands)[0],
        quant: outputQuant,
        constant: null,
      });
      nodes.push({ op, attrs, inputs, outputs: [output] });
      return output;
    },
    build: (output) => ({ name: graphName, tensors, nodes, input: "input", output, metadata: null }),
  };
  return raw;
}

const DTYPES = [
  [Int8Array, "int8"],
  [Int32Array, "int32"],
  [Float32Array, "float32"],
] as const;

/** One operator on the input, from one scale to another. */
export function unaryGraph(
  op: AnyOp,
  attrs: object,
  shape: readonly number[],
  input: QuantizationParams,
  output: QuantizationParams,
): Graph {
  const raw = rawGraph(op.name.toLowerCase(), "int8", shape, input);
  return raw.build(raw.node(op, attrs, ["input"], output));
}

/** Any shape of that many dimensions, small enough for a golden file. */
export function shapeOfRank(random: Random, rank: number): number[] {
  return Array.from({ length: rank }, () => 1 + random.integer(rank > 2 ? 4 : 7));
}

/** A shape that broadcasts against that one, within so many dimensions: smaller, larger or both. */
export function broadcastableShape(random: Random, shape: readonly number[], maxRank: number): number[] {
  const own = shape.map((dimension) => pick(random, [1, dimension, dimension === 1 ? 3 : dimension]));
  if (shape.length < maxRank && random.uniform() < 0.3) return [1 + random.integer(3), ...own];
  return own.slice(random.integer(shape.length + 1));
}

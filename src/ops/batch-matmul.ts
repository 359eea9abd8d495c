// BATCH_MATMUL: a matrix product for every batch, batches broadcast; either matrix may stand transposed.
import { type Each, type Op, type Operand, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { clampInt8, multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { broadcastIndices, broadcastShape, broadcastStrides } from "./elementwise.ts";
import { multiplierField, rangeField } from "./kernel-fields.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";
import { walkField } from "./strided-walk.ts";

export interface BatchMatmulAttrs {
  /** True where the first matrix is [depth, rows]. */
  readonly adjX: boolean;
  /** True where the second matrix is [columns, depth]. */
  readonly adjY: boolean;
}

const ROLES = ["activation", "activation"] as const;
/** What TFLite Micro's kernel walks: three dimensions of batches. */
const MAX_RANK = 5;

interface Geometry {
  readonly batches: readonly number[];
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

function geometryOf({ adjX, adjY }: BatchMatmulAttrs, [a, b]: Each<typeof ROLES, Tensor>): Geometry {
  for (const { name, shape } of [a, b]) {
    if (shape.length < 2 || shape.length > MAX_RANK) {
      throw new ShapeError(`${name} has shape [${shape.join(", ")}], 2 to ${MAX_RANK} dimensions expected`);
    }
  }
  const [rows, depth] = adjX ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [columns, other] = adjY ? [b.shape.at(-2)!, b.shape.at(-1)!] : [b.shape.at(-1)!, b.shape.at(-2)!];
  if (depth !== other) {
    throw new ShapeError(
      `[${a.shape.join(", ")}] times [${b.shape.join(", ")}] has ${depth} columns for ${other} rows`,
    );
  }
  return { batches: broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, depth, columns };
}

/** Visits every output element in order with where its row and its column begin. */
function walk(
  attrs: BatchMatmulAttrs,
  { batches, rows, depth, columns }: Geometry,
  [a, b]: Each<typeof ROLES, Tensor>,
  visit: (index: number, left: number, right: number) => void,
): () => void {
  const leftBatch = broadcastIndices(a.shape.slice(0, -2), batches);
  const rightBatch = broadcastIndices(b.shape.slice(0, -2), batches);
  const rowStep = attrs.adjX ? 1 : depth;
  const columnStep = attrs.adjY ? depth : 1;
  return () => {
    let index = 0;
    for (let batch = 0; batch < leftBatch.length; batch++) {
      const left = leftBatch[batch]! * rows * depth;
      const right = rightBatch[batch]! * depth * columns;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          visit(index++, left + row * rowStep, right + column * columnStep);
        }
      }
    }
  };
}

function bind(
  attrs: BatchMatmulAttrs,
  [a, b]: Each<typeof ROLES, Operand>,
  [leftZero, rightZero]: readonly [number, number],
  finish: (index: number, sum: number) => void,
): () => void {
  const tensors = [a.tensor, b.tensor] as const;
  const geometry = geometryOf(attrs, tensors);
  const [x, z] = [a.data, b.data];
  const { rows, depth, columns } = geometry;
  const leftStep = attrs.adjX ? rows : 1;
  const rightStep = attrs.adjY ? 1 : columns;
  return walk(attrs, geometry, tensors, (index, left, right) => {
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      sum += (x[left + k * leftStep]! - leftZero) * (z[right + k * rightStep]! - rightZero);
    }
    finish(index, sum);
  });
}

export const batchMatmul: Op<BatchMatmulAttrs, typeof ROLES> = {
  name: "BATCH_MATMUL",
  roles: ROLES,
  resolverMethod: "AddBatchMatMul",
  describe: ({ adjX, adjY }) => `${adjX ? "transposed" : "plain"} × ${adjY ? "transposed" : "plain"}`,
  inferShapes(attrs, inputs) {
    const { batches, rows, columns } = geometryOf(attrs, inputs);
    return [[...batches, rows, columns]];
  },
  macs(attrs, inputs) {
    const { batches, rows, depth, columns } = geometryOf(attrs, inputs);
    return elementCount(batches) * rows * depth * columns;
  },
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat(attrs, inputs, [output]) {
    const y = asFloat32(output.data);
    return bind(attrs, inputs, [0, 0], (index, sum) => {
      y[index] = sum;
    });
  },
  bindInt8(attrs, inputs, [output]) {
    const y = asInt8(output.data);
    const [qa, qb, qy] = [perTensor(inputs[0].tensor), perTensor(inputs[1].tensor), perTensor(output.tensor)];
    const { mantissa, shift } = quantizeMultiplier((qa.scale * qb.scale) / qy.scale);
    return bind(attrs, inputs, [qa.zeroPoint, qb.zeroPoint], (index, sum) => {
      y[index] = clampInt8(multiplyByQuantizedMultiplier(sum | 0, mantissa, shift) + qy.zeroPoint);
    });
  },
  emit(attrs, [a, b], [output]) {
    const { batches, rows, depth, columns } = geometryOf(attrs, [a, b]);
    const [qa, qb, qy] = [perTensor(a), perTensor(b), perTensor(output)];
    const batchSteps = (shape: readonly number[], matrix: number): number[] =>
      broadcastStrides(shape.slice(0, -2), batches).map((stride) => stride * matrix);
    const walk = walkField(batches, batchSteps(a.shape, rows * depth), batchSteps(b.shape, depth * columns));
    const fields = [
      [walk, "batches: sizes, steps in the left input, steps in the right input"],
      [rows, "rows"],
      [depth, "depth"],
      [columns, "columns"],
      [attrs.adjX ? 1 : depth, "left step from row to row"],
      [attrs.adjX ? rows : 1, "left step along the depth"],
      [attrs.adjY ? depth : 1, "right step from column to column"],
      [attrs.adjY ? 1 : columns, "right step along the depth"],
      [qa.zeroPoint, "left zero point"],
      [qb.zeroPoint, "right zero point"],
      multiplierField(quantizeMultiplier((qa.scale * qb.scale) / qy.scale), "sum"),
      rangeField("NONE", output),
    ] as const;
    const names = { header: "batch_matmul.h", function: "batchMatmul", parameters: "BatchMatmulParameters" };
    const outputs = elementCount(output.shape);
    const work = { batches: elementCount(batches), macs: outputs * depth, outputs };
    return [{ ...names, fields, inputs: [0, 1], outputs: [0], work }];
  },
  tflite: {
    opcode: 126,
    optionsType: 101,
    version: ([a]) => (a!.dtype === "int8" ? 2 : 1),
    write(builder, { adjX, adjY }) {
      builder.startObject(3);
      builder.addFieldInt8(0, adjX ? 1 : 0, 0);
      builder.addFieldInt8(1, adjY ? 1 : 0, 0);
      return builder.endObject();
    },
    /** How a float product would quantise its inputs (field 2) does not matter to one that is int8 throughout. */
    read: ({ options }) => ({ adjX: options.bool(0, false), adjY: options.bool(1, false) }),
  },
};

// Attributes that TFLite keeps in constant int32 inputs: axes, paddings, begins and sizes.
import { type ExtraInput, type FileOperator, ShapeError } from "../ir/op.ts";

/** More numbers than any tensor has dimensions, twice over; a longer list is no parameter. */
const MOST_VALUES = 64;

/**
 * The values of a constant int32 input.
 * @throws ShapeError where there is none, or it is something else
 */
export function constantInt32({ inputs }: FileOperator, slot: number, what: string): readonly number[] {
  const tensor = inputs[slot] ?? null;
  if (tensor === null) throw new ShapeError(`it has no ${what} (input ${slot})`);
  if (!(tensor.constant instanceof Int32Array)) {
    const found = tensor.dtype === "int32" ? "computed" : tensor.dtype;
    throw new ShapeError(`its ${what}, ${tensor.name}, is ${found}; an int32 constant expected`);
  }
  if (tensor.shape.length > 2 || tensor.constant.length > MOST_VALUES) {
    throw new ShapeError(`its ${what}, ${tensor.name}, has shape [${tensor.shape.join(", ")}]`);
  }
  return Array.from(tensor.constant);
}

/** One number, as a scalar or as a vector of one. */
export function constantScalar(file: FileOperator, slot: number, what: string): number {
  const values = constantInt32(file, slot, what);
  if (values.length !== 1) throw new ShapeError(`its ${what} has ${values.length} values, 1 expected`);
  return values[0]!;
}

/** Such an input, for the writer. */
export function int32Input(
  slot: number,
  name: string,
  shape: readonly number[],
  values: readonly number[],
): ExtraInput {
  const constant = Int32Array.from(values);
  return { slot, tensor: { name, dtype: "int32", shape, quant: null, constant }, variable: false };
}

/**
 * An axis from 0: negative ones count from the end.
 * @param rank of the tensor that the axis is one of
 */
export function normalizedAxis(axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (found < 0 || found >= rank) throw new ShapeError(`axis ${axis} of ${rank} dimensions`);
  return found;
}

/** Axes from 0, in the order given, each once. */
export function normalizedAxes(axes: readonly number[], rank: number): readonly number[] {
  const found = axes.map((axis) => normalizedAxis(axis, rank));
  if (new Set(found).size !== found.length) throw new ShapeError(`axes ${axes.join(", ")} name one twice`);
  return found;
}

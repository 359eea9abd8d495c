// Parameters that TFLite keeps in constant int32 tensors among an operator's inputs, and axes as it counts them.
import { type ExtraInput, type FileOperator, ShapeError } from "../ir/op.ts";

/** One value for each dimension, or two, of any tensor that a kernel can take. */
const MAX_VALUES = 64;

/**
 * The values of a constant int32 input, a scalar or a vector unless it is said otherwise.
 * @param what names the parameter in messages, such as "paddings"
 */
export function constantInt32(
  file: FileOperator,
  slot: number,
  what: string,
  rank?: number,
): readonly number[] {
  const tensor = file.inputs[slot] ?? null;
  if (tensor === null) throw new ShapeError(`its ${what} (input ${slot}) is left out`);
  const { name, dtype, shape, constant } = tensor;
  if (dtype !== "int32") throw new ShapeError(`its ${what} ${name} is ${dtype}, int32 expected`);
  if (constant === null)
    throw new ShapeError(`its ${what} ${name} is computed; only a constant is supported`);
  const fits = rank === undefined ? shape.length <= 1 : shape.length === rank;
  if (!fits || constant.length > MAX_VALUES) {
    throw new ShapeError(
      `its ${what} ${name} has shape [${shape.join(", ")}]; ${rank ?? "at most 1"} dimensions and ` +
        `at most ${MAX_VALUES} values expected`,
    );
  }
  return [...constant];
}

/** The same for a parameter of exactly one value. */
export function constantScalar(file: FileOperator, slot: number, what: string): number {
  const values = constantInt32(file, slot, what);
  if (values.length !== 1) throw new ShapeError(`its ${what} has ${values.length} values, 1 expected`);
  return values[0]!;
}

/** A parameter as the file holds it; `name` becomes a suffix to the output's. */
export function int32Input(
  slot: number,
  name: string,
  shape: readonly number[],
  values: readonly number[],
): ExtraInput {
  return {
    slot,
    tensor: { name, dtype: "int32", shape, quant: null, constant: Int32Array.from(values) },
    variable: false,
  };
}

/** Slots that TFLite Micro would not look at, or would refuse. */
export function expectInputs(file: FileOperator, count: number): void {
  if (file.inputs.length !== count) {
    throw new ShapeError(`it has ${file.inputs.length} inputs, ${count} expected`);
  }
}

/** A file's axis, which may count from the end, as one that counts from the start. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  return checkAxis(normal, rank, axis);
}

/** @param given as it was written, for the message */
export function checkAxis(axis: number, rank: number, given = axis): number {
  if (!Number.isInteger(axis) || axis < 0 || axis >= rank) {
    throw new ShapeError(`axis ${given} is none of ${rank} dimensions`);
  }
  return axis;
}

/** The shape of an operator's first input while it is read, before anything is validated. */
export function inputShape(file: FileOperator, slot = 0): readonly number[] {
  const tensor = file.inputs[slot] ?? null;
  if (tensor === null) throw new ShapeError(`its input ${slot} is left out`);
  return tensor.shape;
}

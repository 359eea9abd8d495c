// Attributes that TFLite keeps in constant int32 inputs: axes, permutations, sizes.
import { type ExtraInput, type FileOperator, ShapeError } from "../ir/op.ts";

/**
 * The values of a constant int32 input of a file.
 * @throws ShapeError where it is absent, computed, of another type, or neither a scalar nor a vector
 */
export function constantInt32(file: FileOperator, slot: number, what: string): readonly number[] {
  const tensor = file.inputs[slot] ?? null;
  if (tensor === null) throw new ShapeError(`its ${what} (input ${slot}) are left out`);
  if (!(tensor.constant instanceof Int32Array)) {
    const found = tensor.constant === null ? "computed" : tensor.dtype;
    throw new ShapeError(`its ${what} ${tensor.name} are ${found}; only constant int32 is supported`);
  }
  if (tensor.shape.length > 1) {
    throw new ShapeError(
      `its ${what} ${tensor.name} have shape [${tensor.shape.join(", ")}], a vector expected`,
    );
  }
  return [...tensor.constant];
}

/** The constant int32 input that such an attribute becomes on encoding. */
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

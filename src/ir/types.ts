// The rule of types: a network computes in int8 (int32 biases) or in float32, and an operator that does otherwise
// says so itself.
import { type AnyOp, type Outputs, roleOf, ShapeError } from "./op.ts";
import type { DType, Tensor } from "./tensor.ts";

/**
 * Types of a node's outputs.
 * @throws ShapeError where an input has a type that the operator does not take
 */
export function inferTypes(op: AnyOp, attrs: object, inputs: readonly Tensor[]): Outputs<DType> {
  if (op.inferTypes !== undefined) return op.inferTypes(attrs, inputs);
  const { dtype } = inputs[0]!;
  if (dtype !== "int8" && dtype !== "float32") {
    throw new ShapeError(`${inputs[0]!.name} is ${dtype}; int8 and float32 are supported`);
  }
  inputs.forEach((tensor, i) => {
    const role = roleOf(op, i);
    const expected = dtype === "int8" && role === "bias" ? "int32" : dtype;
    if (tensor.dtype !== expected) {
      throw new ShapeError(`${tensor.name} is ${tensor.dtype}, ${expected} expected as its ${role}`);
    }
  });
  const [, ...rest] = op.inferShapes(attrs, inputs);
  return [dtype, ...rest.map(() => dtype)];
}

/** For operators that only move values: any type, the same for all. */
export function sameTypes(inputs: readonly Tensor[], outputs = 1): Outputs<DType> {
  const { dtype } = inputs[0]!;
  const other = inputs.find((tensor) => tensor.dtype !== dtype);
  if (other !== undefined) throw new ShapeError(`${other.name} is ${other.dtype}, ${dtype} expected`);
  return [dtype, ...new Array<DType>(outputs - 1).fill(dtype)];
}

// What ADD and MUL share: NumPy's broadcasting, worked out once as index tables, and their float form.
import { type Operand, ShapeError } from "../ir/op.ts";
import { elementCount } from "../ir/tensor.ts";
import { type FusedActivation, floatRange } from "./activation.ts";
import { asFloat32 } from "./quantization.ts";

/** The broadcast shape of two inputs: dimensions are aligned at the end and equal, or one of them is 1. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const da = a[a.length - rank + i] ?? 1;
    const db = b[b.length - rank + i] ?? 1;
    if (da !== db && da !== 1 && db !== 1) {
      throw new ShapeError(`[${a.join(", ")}] and [${b.join(", ")}] cannot be broadcast together`);
    }
    return da === 1 ? db : da;
  });
}

/** For each output element the index of the input element that it reads. */
function broadcastIndices(input: readonly number[], output: readonly number[]): Int32Array {
  const strides = new Array<number>(output.length).fill(0);
  let stride = 1;
  for (let i = input.length - 1; i >= 0; i--) {
    if (input[i] !== 1) strides[output.length - input.length + i] = stride;
    stride *= input[i]!;
  }
  const indices = new Int32Array(elementCount(output));
  for (let n = 0; n < indices.length; n++) {
    let rest = n;
    let index = 0;
    for (let i = output.length - 1; i >= 0; i--) {
      index += (rest % output[i]!) * strides[i]!;
      rest = Math.floor(rest / output[i]!);
    }
    indices[n] = index;
  }
  return indices;
}

/** Index tables of both inputs of a binary operator. */
export function operandIndices(
  [a, b]: readonly [Operand, Operand],
  output: Operand,
): readonly [Int32Array, Int32Array] {
  const { shape } = output.tensor;
  return [broadcastIndices(a.tensor.shape, shape), broadcastIndices(b.tensor.shape, shape)];
}

export function bindElementwiseFloat(
  combine: (x: number, z: number) => number,
  activation: FusedActivation,
  inputs: readonly [Operand, Operand],
  output: Operand,
): () => void {
  const [x, z, y] = [asFloat32(inputs[0].data), asFloat32(inputs[1].data), asFloat32(output.data)];
  const [ia, ib] = operandIndices(inputs, output);
  const { min, max } = floatRange(activation);
  return () => {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(Math.max(combine(x[ia[i]!]!, z[ib[i]!]!), min), max);
  };
}

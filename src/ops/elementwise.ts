// NumPy's broadcasting for operators of two inputs, worked out once as index tables.
import type { KernelCall, KernelField, KernelOverlap, KernelWork } from "../ir/kernel.ts";
import { type Operand, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { elementwise } from "./in-place.ts";
import { walkField } from "./strided-walk.ts";
import { walkWork } from "./work.ts";

/** TFLite Micro's kernels broadcast over four dimensions, newer ones over six. */
const MAX_BROADCAST_RANK = 4;

/** The broadcast shape of two inputs: dimensions are aligned at the end and equal, or one of them is 1. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  if (rank > MAX_BROADCAST_RANK && a.join() !== b.join()) {
    throw new ShapeError(
      `[${a.join(", ")}] and [${b.join(", ")}] would be broadcast over ${rank} dimensions, at most ${MAX_BROADCAST_RANK} are supported`,
    );
  }
  return Array.from({ length: rank }, (_, i) => {
    const da = a[a.length - rank + i] ?? 1;
    const db = b[b.length - rank + i] ?? 1;
    if (da !== db && da !== 1 && db !== 1) {
      throw new ShapeError(`[${a.join(", ")}] and [${b.join(", ")}] cannot be broadcast together`);
    }
    return da === 1 ? db : da;
  });
}

/** Steps along the dimensions of `output` in the memory of `input`; 0 where it is broadcast. */
export function broadcastStrides(input: readonly number[], output: readonly number[]): number[] {
  const strides = new Array<number>(output.length).fill(0);
  let stride = 1;
  for (let i = input.length - 1; i >= 0; i--) {
    if (input[i] !== 1) strides[output.length - input.length + i] = stride;
    stride *= input[i]!;
  }
  return strides;
}

/** For each element of `output` the index of the element of `input` that is broadcast to it. */
export function broadcastIndices(input: readonly number[], output: readonly number[]): Int32Array {
  const strides = broadcastStrides(input, output);
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

/** Inputs that are not broadcast are read element by element as the output is written. */
export function operandOverlaps(inputs: readonly [Tensor, Tensor], output: Tensor): readonly KernelOverlap[] {
  const size = elementCount(output.shape);
  return elementwise(...[0, 1].filter((k) => elementCount(inputs[k]!.shape) === size));
}

/** Where the elements of both inputs stand, as one of the structs of strided_walk.h that `walk` takes. */
export interface OperandWalk {
  readonly type: "SideBySide" | "StridedWalk";
  readonly field: KernelField;
  /** Of short visits, which cost about as much as the walk itself. */
  readonly work: KernelWork;
  /** Of long ones. */
  readonly longWork: KernelWork;
}

/** The shortest walk over both inputs. */
export function operandWalk(inputs: readonly [Tensor, Tensor], output: Tensor): OperandWalk {
  const size = elementCount(output.shape);
  if (inputs.every(({ shape }) => elementCount(shape) === size)) {
    const work = { values: size };
    return { type: "SideBySide", field: [[size], "values"], work, longWork: { ...work, runs: 1 } };
  }
  const [left, right] = inputs.map(({ shape }) => broadcastStrides(shape, output.shape));
  const longWork = walkWork(output.shape, left!, right!);
  const work = { broadcasts: 1, broadcastRuns: longWork["runs"]!, broadcastValues: size };
  return { type: "StridedWalk", field: operandsField(inputs, output), work, longWork };
}

/** A kernel in C++ that needs to know of both inputs no more than where their elements stand. */
export function elementwiseCall(
  header: string,
  name: string,
  inputs: readonly [Tensor, Tensor],
  output: Tensor,
): KernelCall {
  const fields = [operandsField(inputs, output)];
  return {
    header,
    function: name,
    parameters: "ElementwiseParameters",
    fields,
    inputs: [0, 1],
    outputs: [0],
  };
}

/** StridedWalk of the kernels in C++ over both inputs. */
export function operandsField([a, b]: readonly [Tensor, Tensor], { shape }: Tensor): KernelField {
  const walk = walkField(shape, broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape));
  return [walk, "sizes, steps in the left input, steps in the right input"];
}

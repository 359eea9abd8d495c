// Movements of values as strided views: which element of a tensor stands at each place of another.
import type { Operand } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";

/** Elements from one index to the next along each dimension. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** Positions offset + Σ index · stride for every index of a shape, in row-major order. */
export function stridedPositions(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): Int32Array {
  const positions = new Int32Array(elementCount(shape));
  const index = new Array<number>(shape.length).fill(0);
  let position = offset;
  for (let n = 0; n < positions.length; n++) {
    positions[n] = position;
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d] = index[d]! + 1;
      position += strides[d]!;
      if (index[d]! < shape[d]!) break;
      position -= shape[d]! * strides[d]!;
      index[d] = 0;
    }
  }
  return positions;
}

/** to[i] = from[positions[i]]. */
export function bindTake(from: Operand, to: Operand, positions: Int32Array): () => void {
  const [x, y] = [from.data, to.data];
  return () => {
    for (let i = 0; i < positions.length; i++) y[i] = x[positions[i]!]!;
  };
}

/** to[positions[i]] = from[i]. */
export function bindPut(from: Operand, to: Operand, positions: Int32Array): () => void {
  const [x, y] = [from.data, to.data];
  return () => {
    for (let i = 0; i < positions.length; i++) y[positions[i]!] = x[i]!;
  };
}

/** to = from, value by value. */
export function bindCopy(from: Operand, to: Operand): () => void {
  const [x, y] = [from.data, to.data];
  return () => {
    y.set(x);
  };
}

/** One after another. */
export function sequence(steps: readonly (() => void)[]): () => void {
  return () => {
    for (const step of steps) step();
  };
}

export function shapeText({ shape }: Pick<Tensor, "shape">): string {
  return `[${shape.join(", ")}]`;
}

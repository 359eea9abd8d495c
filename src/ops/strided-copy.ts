// Copies a block of values between two places in memory, each with its own step a dimension. Every operator that only
// moves values is one such copy or several: a slice starts elsewhere, a transposition swaps steps, a reversal has
// negative ones.
import type { TensorData } from "../ir/tensor.ts";
import { dimensionsOf } from "./strided-walk.ts";

/** Where the block stands, in elements. */
export interface Strided {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The steps of a shape whose values stand in order, the last dimension closest together. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** A whole tensor. */
export function whole(shape: readonly number[]): Strided {
  return { offset: 0, strides: stridesOf(shape) };
}

/** Where each value of the block stands, the last dimension fastest. */
export function offsetsOf(shape: readonly number[], { offset, strides }: Strided): number[] {
  return shape.reduce(
    (places, size, i) =>
      places.flatMap((place) => Array.from({ length: size }, (_, step) => place + step * strides[i]!)),
    [offset],
  );
}

/** Works the walk out once; the returned function copies without allocating. All positions must lie in memory. */
export function bindStridedCopy(
  shape: readonly number[],
  x: TensorData,
  from: Strided,
  y: TensorData,
  to: Strided,
): () => void {
  const outer = dimensionsOf(shape, from.strides, to.strides);
  const inner = outer.pop() ?? { size: 1, from: 0, to: 0 };
  const counters = new Int32Array(outer.length);
  return () => {
    let [source, target] = [from.offset, to.offset];
    for (;;) {
      for (let i = 0, s = source, t = target; i < inner.size; i++, s += inner.from, t += inner.to)
        y[t] = x[s]!;
      let d = outer.length - 1;
      for (; d >= 0; d--) {
        const dimension = outer[d]!;
        source += dimension.from;
        target += dimension.to;
        counters[d] = counters[d]! + 1;
        if (counters[d]! < dimension.size) break;
        counters[d] = 0;
        source -= dimension.size * dimension.from;
        target -= dimension.size * dimension.to;
      }
      if (d < 0) return;
    }
  };
}

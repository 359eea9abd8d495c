// What the kernels of recurrent layers share: the left operand of a step's product is [input, hidden state before],
// and the gradients of all weights are one product over all steps.
import type * as tf from "@tensorflow/tfjs-core";
import type { Memory } from "./heap.ts";

export interface Sizes {
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
}

/** x [N, T, F], r [U, …]. */
export function sizesOf(x: tf.TensorInfo, r: tf.TensorInfo): Sizes {
  const [batch, steps, features] = x.shape as [number, number, number];
  return { batch, steps, features, units: r.shape[0]! };
}

/** Step t of a time-major array. */
export function stepOf(array: Float32Array, t: number, length: number): Float32Array {
  return array.subarray(t * length, (t + 1) * length);
}

/** The inputs of step t, before the hidden states that stand in `row` already. */
export function copyStep(
  x: Float32Array,
  row: Float32Array,
  { batch, steps, features, units }: Sizes,
  t: number,
): void {
  for (let n = 0; n < batch; n++) {
    const from = (n * steps + t) * features;
    const to = n * (features + units);
    for (let i = 0; i < features; i++) row[to + i] = x[from + i]!;
  }
}

/** The inputs' share of the gradient of a step's left operand. */
export function takeInputGradient(
  dRow: Float32Array,
  dx: Float32Array,
  { batch, steps, features, units }: Sizes,
  t: number,
): void {
  for (let n = 0; n < batch; n++) {
    const from = n * (features + units);
    const to = (n * steps + t) * features;
    for (let i = 0; i < features; i++) dx[to + i] = dRow[from + i]!;
  }
}

/**
 * The left operands of all steps transposed, [F + U + 1, T·N], and a last row of ones, whose product is the biases'
 * gradient.
 */
export function transposedRows(
  memory: Memory,
  x: tf.TensorInfo,
  y: tf.TensorInfo,
  units: number,
): tf.TensorInfo {
  const [batch, steps, features] = x.shape as [number, number, number];
  const count = steps * batch;
  const info = memory.allocate([features + units + 1, count]);
  const to = memory.floats(info);
  const [inputs, hidden] = [memory.floats(x), memory.floats(y)];
  for (let i = 0, at = 0; i < features; i++) {
    for (let t = 0; t < steps; t++) {
      for (let n = 0; n < batch; n++) to[at++] = inputs[(n * steps + t) * features + i]!;
    }
  }
  to.fill(0, features * count, (features + units) * count);
  for (let u = 0; u < units; u++) {
    let at = (features + u) * count + batch;
    for (let t = 1; t < steps; t++) {
      for (let n = 0; n < batch; n++) to[at++] = hidden[(n * steps + t - 1) * units + u]!;
    }
  }
  to.fill(1, (features + units) * count);
  return info;
}

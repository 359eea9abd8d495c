// Dot-product attention over a few rows at a time, forward and backward: too small for a matrix product of its own, and
// the WebAssembly backend has no gradient of either half.
// Source: Bahdanau et al. 2015 (arXiv 1409.0473), section 3.1, for weighted sums; Vaswani et al. 2017 for dot products.
import * as tf from "@tensorflow/tfjs-core";
import { registerKernel, runKernel, runKernel1 } from "./heap.ts";

const PRODUCTS = "BandsmithDotProducts";
const PRODUCTS_GRAD = "BandsmithDotProductsGrad";
const ATTEND = "BandsmithAttend";
const ATTEND_GRAD = "BandsmithAttendGrad";

/** a [B, R, F], b [B, S, F] → [B, R, S]. */
export function dotProducts(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  return runKernel1(PRODUCTS, { a, b }, {}) as tf.Tensor3D;
}

/** softmax(scores [B, R, S]) · values [B, S, F] → [B, R, F]. */
export function attend(scores: tf.Tensor3D, values: tf.Tensor3D): tf.Tensor3D {
  return runKernel(ATTEND, { scores, values }, {})[0] as tf.Tensor3D;
}

export function registerAttention(): void {
  registerKernel(PRODUCTS, ({ a, b }, _, memory) => {
    const [batch, rows, depth] = a!.shape as [number, number, number];
    const columns = b!.shape[1]!;
    const out = memory.allocate([batch, rows, columns]);
    productsOfRows(memory.floats(a!), memory.floats(b!), memory.floats(out), [batch, rows, columns, depth]);
    return out;
  });

  registerKernel(PRODUCTS_GRAD, ({ a, b, dy }, _, memory) => {
    const [batch, rows, columns] = dy!.shape as [number, number, number];
    const depth = a!.shape[2]!;
    const [da, db] = [memory.allocate(a!.shape), memory.allocate(b!.shape)];
    const gradients = memory.floats(dy!);
    const sizes = [batch, rows, columns, depth] as const;
    weightedRows(gradients, memory.floats(b!), memory.floats(da), sizes);
    scatteredRows(gradients, memory.floats(a!), memory.floats(db), sizes);
    return [da, db];
  });

  registerKernel(ATTEND, ({ scores, values }, _, memory) => {
    const [batch, rows, columns] = scores!.shape as [number, number, number];
    const depth = values!.shape[2]!;
    const [out, weights] = [memory.allocate([batch, rows, depth]), memory.allocate(scores!.shape)];
    const shares = memory.floats(weights);
    softmaxRows(memory.floats(scores!), shares, columns);
    weightedRows(shares, memory.floats(values!), memory.floats(out), [batch, rows, columns, depth]);
    return [out, weights];
  });

  registerKernel(ATTEND_GRAD, ({ values, weights, dy }, _, memory) => {
    const [batch, rows, columns] = weights!.shape as [number, number, number];
    const depth = values!.shape[2]!;
    const [dScores, dValues] = [memory.allocate(weights!.shape), memory.allocate(values!.shape)];
    const [shares, gradients, to] = [weights!, dy!, dScores].map((info) => memory.floats(info));
    const sizes = [batch, rows, columns, depth] as const;
    scatteredRows(shares!, gradients!, memory.floats(dValues), sizes);
    productsOfRows(gradients!, memory.floats(values!), to!, sizes);
    // ∂/∂score = weight · (∂/∂weight − the weights' mean of it).
    for (let start = 0; start < to!.length; start += columns) {
      let mean = 0;
      for (let i = start; i < start + columns; i++) mean += shares![i]! * to![i]!;
      for (let i = start; i < start + columns; i++) to![i] = shares![i]! * (to![i]! - mean);
    }
    return [dScores, dValues];
  });

  tf.registerGradient({
    kernelName: PRODUCTS,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => {
      const [da, db] = runKernel(PRODUCTS_GRAD, { a: a!, b: b!, dy: dy as tf.Tensor }, {});
      return { a: () => da!, b: () => db! };
    },
  });
  tf.registerGradient({
    kernelName: ATTEND,
    inputsToSave: ["values"],
    outputsToSave: [false, true],
    gradFunc: (dys, [values, weights]) => {
      const dy = (dys as tf.Tensor[])[0]!;
      const [dScores, dValues] = runKernel(ATTEND_GRAD, { values: values!, weights: weights!, dy }, {});
      return { scores: () => dScores!, values: () => dValues! };
    },
  });
}

type Sizes = readonly [batch: number, rows: number, columns: number, depth: number];

/** to [B, R, S] = a [B, R, F] · b [B, S, F]ᵀ. */
function productsOfRows(
  a: Float32Array,
  b: Float32Array,
  to: Float32Array,
  [batch, rows, columns, depth]: Sizes,
): void {
  for (let n = 0, o = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const left = (n * rows + r) * depth;
      for (let s = 0, right = n * columns * depth; s < columns; s++, right += depth) {
        let sum = 0;
        for (let i = 0; i < depth; i++) sum += a[left + i]! * b[right + i]!;
        to[o++] = sum;
      }
    }
  }
}

/** to [B, R, F] = weights [B, R, S] · values [B, S, F]. */
function weightedRows(
  weights: Float32Array,
  values: Float32Array,
  to: Float32Array,
  [batch, rows, columns, depth]: Sizes,
): void {
  to.fill(0);
  for (let n = 0, w = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const out = (n * rows + r) * depth;
      for (let s = 0, from = n * columns * depth; s < columns; s++, from += depth) {
        const weight = weights[w++]!;
        for (let i = 0; i < depth; i++) to[out + i]! += weight * values[from + i]!;
      }
    }
  }
}

/** to [B, S, F] = weights [B, R, S]ᵀ · values [B, R, F]. */
function scatteredRows(
  weights: Float32Array,
  values: Float32Array,
  to: Float32Array,
  [batch, rows, columns, depth]: Sizes,
): void {
  to.fill(0);
  for (let n = 0, w = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const from = (n * rows + r) * depth;
      for (let s = 0, out = n * columns * depth; s < columns; s++, out += depth) {
        const weight = weights[w++]!;
        for (let i = 0; i < depth; i++) to[out + i]! += weight * values[from + i]!;
      }
    }
  }
}

function softmaxRows(from: Float32Array, to: Float32Array, columns: number): void {
  for (let start = 0; start < from.length; start += columns) {
    let largest = from[start]!;
    for (let i = start + 1; i < start + columns; i++) largest = Math.max(largest, from[i]!);
    let sum = 0;
    for (let i = start; i < start + columns; i++) {
      to[i] = Math.exp(from[i]! - largest);
      sum += to[i]!;
    }
    for (let i = start; i < start + columns; i++) to[i]! /= sum;
  }
}

// What counts as a small change of a head's weights, as the people tell who trained the network: a feature, or a mixture of
// features, that varies much while one person does one thing shall decide little. The metric is the covariance within people
// and activities and a share of its mean on the diagonal. What the solver needs is its inverse, NᵀN, and of that N: a lower
// triangle that 16 bits hold, and whose square is never negative however it is rounded (docs/personalize.md). The C++ twin of
// what is done with it is firmware/bandsmith/nn/head_metric.h.
import { invariant } from "../util/errors.ts";
import { bitLength, scaledDown } from "./integers.ts";

/** Fractional bits of the factor, whose singular values are at most 8. */
export const FACTOR_BITS = 12;
/** A sixty-fourth of the mean variance goes onto the diagonal: no eigenvalue of the inverse is larger. */
export const RIDGE = 64;

/** Of one network. */
export interface HeadMetric {
  readonly features: number;
  /** N, the lower triangle packed by rows, with FACTOR_BITS fractional bits. */
  readonly factor: Int16Array;
}

/** Where row `i` of a packed lower triangle begins. */
export function rowOf(i: number): number {
  return (i * (i + 1)) / 2;
}

/**
 * The same bits everywhere: sums of whole numbers that doubles hold, and +, −, ·, ÷ and roots of doubles in one order.
 * @param features [windows, width] of the int8 body, of windows that trained
 * @param groupOf [windows] the same number for windows of one person and activity
 */
export function metricWithin(features: Int8Array, groupOf: ArrayLike<number>, width: number): HeadMetric {
  const metric = scatterWithin(features, groupOf, width);
  normalize(metric, width);
  factorize(metric, width);
  invertTriangle(metric, width);
  const one = 2 ** FACTOR_BITS;
  // A pivot of just 8 is what does not fit.
  return {
    features: width,
    factor: Int16Array.from(metric, (value) => Math.min(Math.round(value * one), 32767)),
  };
}

/**
 * Inverse times vector, in sums below 2^30: a row or column of the factor has a norm of 2^15 at most, and vectors are brought
 * to 2^14.5 before each product.
 * @param values whole numbers
 * @param out [features] what the returned power of two goes with
 * @param scratch [features]
 * @returns the exponent
 */
export function applyMetric(
  { factor }: HeadMetric,
  values: ArrayLike<number>,
  out: Int32Array,
  scratch: Int16Array,
): number {
  const width = out.length;
  const first = narrow(values, scratch);
  for (let i = 0, at = 0; i < width; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += factor[at++]! * scratch[j]!;
    out[i] = sum;
  }
  const second = narrow(out, scratch);
  out.fill(0);
  for (let i = 0, at = 0; i < width; i++) {
    const value = scratch[i]!;
    for (let j = 0; j <= i; j++) out[j] = out[j]! + factor[at++]! * value;
  }
  return first + second - 2 * FACTOR_BITS;
}

/** Divides by a power of two that leaves squares which add up to less than 2^29; returns its exponent. */
function narrow(values: ArrayLike<number>, out: Int16Array): number {
  let largest = 0;
  for (let j = 0; j < out.length; j++) largest = Math.max(largest, Math.abs(values[j]!));
  let shift = Math.max(bitLength(largest) - 15, 0);
  let squares = 0;
  for (let j = 0; j < out.length; j++) squares += Math.floor(values[j]! / 2 ** shift) ** 2;
  shift += Math.max(Math.ceil((bitLength(squares) - 29) / 2), 0);
  for (let j = 0; j < out.length; j++) out[j] = scaledDown(values[j]!, shift);
  return shift;
}

/** Σ d·dᵀ, d the distance to the mean of the window's group. */
function scatterWithin(features: Int8Array, groupOf: ArrayLike<number>, width: number): Float64Array {
  const triangle = new Float64Array(rowOf(width));
  const groups = new Map<number, { windows: number; readonly sums: Float64Array }>();
  for (let w = 0; w < groupOf.length; w++) {
    const own = features.subarray(w * width, (w + 1) * width);
    const group = groups.get(groupOf[w]!) ?? { windows: 0, sums: new Float64Array(width) };
    groups.set(groupOf[w]!, group);
    group.windows++;
    for (let i = 0, at = 0; i < width; i++) {
      const value = own[i]!;
      group.sums[i]! += value;
      for (let j = 0; j <= i; j++, at++) triangle[at]! += value * own[j]!;
    }
  }
  for (const { windows, sums } of groups.values()) {
    for (let i = 0, at = 0; i < width; i++) {
      for (let j = 0; j <= i; j++, at++) triangle[at]! -= (sums[i]! * sums[j]!) / windows;
    }
  }
  return triangle;
}

/** Scales to a mean of 1 on the diagonal and adds the ridge; without any scatter it is the identity. */
function normalize(triangle: Float64Array, width: number): void {
  let trace = 0;
  for (let i = 0; i < width; i++) trace += triangle[rowOf(i) + i]!;
  // What is left of differences of equal sums is nothing.
  const scale = trace > width * 2 ** -20 ? width / trace : 0;
  const ridge = scale > 0 ? 1 / RIDGE : 1;
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j <= i; j++, at++) triangle[at] = triangle[at]! * scale + (i === j ? ridge : 0);
  }
}

/** Cholesky, in place. */
function factorize(matrix: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    const row = rowOf(i);
    for (let j = 0; j <= i; j++) {
      const other = rowOf(j);
      let rest = matrix[row + j]!;
      for (let k = 0; k < j; k++) rest -= matrix[row + k]! * matrix[other + k]!;
      if (j < i) matrix[row + j] = rest / matrix[other + j]!;
      else {
        invariant(rest > 0, "a covariance with a ridge has a factor");
        matrix[row + i] = Math.sqrt(rest);
      }
    }
  }
}

/** The inverse of a lower triangle, in place, column by column. */
function invertTriangle(matrix: Float64Array, width: number): void {
  for (let j = 0; j < width; j++) {
    const pivot = rowOf(j) + j;
    matrix[pivot] = 1 / matrix[pivot]!;
    for (let i = j + 1; i < width; i++) {
      const row = rowOf(i);
      let sum = 0;
      for (let k = j; k < i; k++) sum += matrix[row + k]! * matrix[rowOf(k) + j]!;
      matrix[row + j] = -sum / matrix[row + i]!;
    }
  }
}

// What counts as a small change of a head's weights, as the people tell who trained the network: a feature, or a mixture of
// features, that varies much while one person does one thing shall decide little. The metric is the covariance within people
// and activities and a share of its mean on the diagonal; what the solver needs is its inverse (docs/personalize.md).
import { invariant } from "../util/errors.ts";
import { rowOf } from "./metric.ts";

/** Of the inverse. Its eigenvalues are below RIDGE, its entries below 2^20. */
export const POPULATION_BITS = 14;
/** A sixty-fourth of the mean variance goes onto the diagonal. */
export const RIDGE = 64;

/** Of one network. */
export interface PopulationMetric {
  readonly features: number;
  /** The inverse's lower triangle, packed by rows, with POPULATION_BITS fractional bits. */
  readonly inverse: Int32Array;
}

/**
 * The same bits everywhere: sums of whole numbers that doubles hold, and +, −, ·, ÷ and roots of doubles in one order.
 * @param features [windows, width] of the int8 body, of windows that trained
 * @param groupOf [windows] the same number for windows of one person and activity
 */
export function populationMetric(
  features: Int8Array,
  groupOf: ArrayLike<number>,
  width: number,
): PopulationMetric {
  const metric = scatterWithin(features, groupOf, width);
  normalize(metric, width);
  factorize(metric, width);
  invertTriangle(metric, width);
  multiplyByTranspose(metric, width);
  const one = 2 ** POPULATION_BITS;
  return { features: width, inverse: Int32Array.from(metric, (value) => Math.round(value * one)) };
}

/** Inverse times vector: |values| below 2^28 each, so that sums stay within 53 bits; whole part of the result. */
export function applyPopulation(
  { inverse }: PopulationMetric,
  values: ArrayLike<number>,
  out: Float64Array,
): void {
  const width = out.length;
  for (let i = 0; i < width; i++) {
    let sum = 0;
    const row = rowOf(i);
    for (let j = 0; j <= i; j++) sum += inverse[row + j]! * values[j]!;
    for (let j = i + 1; j < width; j++) sum += inverse[rowOf(j) + i]! * values[j]!;
    out[i] = Math.floor(sum / 2 ** POPULATION_BITS);
  }
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

/** Nᵀ·N of a lower triangle N, in place. */
function multiplyByTranspose(matrix: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < width; k++) {
        sum += matrix[rowOf(k) + i]! * matrix[rowOf(k) + j]!;
      }
      matrix[rowOf(i) + j] = sum;
    }
  }
}

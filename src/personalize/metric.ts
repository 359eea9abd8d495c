// What counts as a small change of the weights, where only the wearer's windows tell it, as on the band: features that vary
// much within one activity of the wearer shall decide little. The metric is the covariance within classes and a share of its mean on the diagonal, scaled to mean 1, where there
// are many features in blocks of neighbours; what the solver needs is its inverse, block by block. All in integers: L of
// Cholesky with 20 fractional bits, the inverse with 16.
import { divideRounded, shiftRounded, squareRoot } from "./integers.ts";

/** Of the inverse. */
const INVERSE_BITS = 16;
/** An eighth of the mean variance goes onto the diagonal, so that the inverse's eigenvalues stay below 9. */
const RIDGE = 8;
/** No eigenvalue of an inverse is larger. */
export const LARGEST_INVERSE = RIDGE + 1;
const METRIC_BITS = 16;
const FACTOR_BITS = 20;
/** A quarter, where a pivot cannot go below a third but for rounding. */
const SMALLEST_PIVOT = 2 ** (FACTOR_BITS - 2);

/** The most features of one block: its memory grows with the square of them, its work with the cube. */
const LARGEST_BLOCK = 80;

/** Blocks of one size, the last one smaller: first features and the end of all. */
function blockStarts(width: number): readonly number[] {
  const size = Math.ceil(width / Math.ceil(width / LARGEST_BLOCK));
  const starts: number[] = [];
  for (let first = 0; first < width; first += size) starts.push(first);
  return [...starts, width];
}

/** Values of all blocks' triangles. */
function metricValues(width: number): number {
  const starts = blockStarts(width);
  return starts.slice(1).reduce((sum, end, block) => sum + rowOf(end - starts[block]!), 0);
}

/** Calls `use` with every block's part of the packed triangles. */
function eachBlock(
  width: number,
  triangles: Int32Array,
  use: (triangle: Int32Array, size: number, first: number) => void,
): void {
  const starts = blockStarts(width);
  let at = 0;
  for (let block = 1; block < starts.length; block++) {
    const first = starts[block - 1]!;
    const size = starts[block]! - first;
    use(triangles.subarray(at, at + rowOf(size)), size, first);
    at += rowOf(size);
  }
}

/** Where row `i` of a packed lower triangle begins. */
export function rowOf(i: number): number {
  return (i * (i + 1)) / 2;
}

/**
 * @param classMeans [classes, features] rounded
 * @returns the inverse's lower triangles, block after block, each packed by rows
 */
export function inverseMetric(
  features: Int8Array,
  classOf: Uint8Array,
  classMeans: Int8Array,
  width: number,
): Int32Array {
  const triangles = new Int32Array(metricValues(width));
  scatterWithin(features, classOf, classMeans, width, triangles);
  normalize(triangles, width);
  eachBlock(width, triangles, (triangle, size) => {
    factorize(triangle, size);
    invertTriangle(triangle, size);
    multiplyByTranspose(triangle, size);
  });
  return triangles;
}

/** Σ d·dᵀ over the windows, d the distance to the mean of the window's class: below 2^26 for 1,024 windows. */
function scatterWithin(
  features: Int8Array,
  classOf: Uint8Array,
  classMeans: Int8Array,
  width: number,
  triangles: Int32Array,
): void {
  const distance = new Int32Array(width);
  classOf.forEach((label, window) => {
    for (let j = 0; j < width; j++) {
      distance[j] = features[window * width + j]! - classMeans[label * width + j]!;
    }
    eachBlock(width, triangles, (sums, size, first) => {
      for (let i = 0, at = 0; i < size; i++) {
        for (let j = 0; j <= i; j++, at++) sums[at] = sums[at]! + distance[first + i]! * distance[first + j]!;
      }
    });
  });
}

/** Adds the ridge and scales to a mean of 1 on the diagonal; without any scatter it is the identity. */
function normalize(triangles: Int32Array, width: number): void {
  let trace = 0;
  eachBlock(width, triangles, (matrix, size) => {
    for (let i = 0; i < size; i++) trace += matrix[rowOf(i) + i]!;
  });
  const one = 2 ** METRIC_BITS;
  // One eighth more than the scatter alone. Below 255² · 2^10 · 2^16 · 2^8 · 2^3, which is below 2^53.
  for (let at = 0; trace > 0 && at < triangles.length; at++) {
    triangles[at] = divideRounded(triangles[at]! * one * width * RIDGE, (RIDGE + 1) * trace);
  }
  const ridge = trace > 0 ? divideRounded(one, RIDGE + 1) : one;
  eachBlock(width, triangles, (matrix, size) => {
    for (let i = 0; i < size; i++) matrix[rowOf(i) + i]! += ridge;
  });
}

/** Cholesky in place: the sums stay below 2^48, since a row's squares add up to the diagonal. */
function factorize(matrix: Int32Array, width: number): void {
  const toProducts = 2 ** (2 * FACTOR_BITS - METRIC_BITS);
  for (let i = 0; i < width; i++) {
    const row = rowOf(i);
    for (let j = 0; j <= i; j++) {
      const other = rowOf(j);
      let rest = matrix[row + j]! * toProducts;
      for (let k = 0; k < j; k++) rest -= matrix[row + k]! * matrix[other + k]!;
      matrix[row + j] =
        j < i
          ? divideRounded(rest, matrix[other + j]!)
          : Math.max(squareRoot(Math.max(rest, 0)), SMALLEST_PIVOT);
    }
  }
}

/** The inverse of a lower triangle, in place, column by column. */
function invertTriangle(matrix: Int32Array, width: number): void {
  for (let j = 0; j < width; j++) {
    const pivot = rowOf(j) + j;
    matrix[pivot] = divideRounded(2 ** (2 * FACTOR_BITS), matrix[pivot]!);
    for (let i = j + 1; i < width; i++) {
      const row = rowOf(i);
      let sum = 0;
      for (let k = j; k < i; k++) sum += matrix[row + k]! * matrix[rowOf(k) + j]!;
      matrix[row + j] = divideRounded(-sum, matrix[row + i]!);
    }
  }
}

/** Nᵀ·N of a lower triangle N, in place: rows above are no longer needed once they are overwritten. */
function multiplyByTranspose(matrix: Int32Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < width; k++) sum += matrix[rowOf(k) + i]! * matrix[rowOf(k) + j]!;
      matrix[rowOf(i) + j] = shiftRounded(sum, 2 * FACTOR_BITS - INVERSE_BITS);
    }
  }
}

/** Inverse times vector. |values| below 2^28 each, so that the sums stay within 53 bits; whole part of the result. */
export function applyInverse(inverse: Int32Array, values: ArrayLike<number>, out: Float64Array): void {
  eachBlock(out.length, inverse, (triangle, size, first) => {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      const row = rowOf(i);
      for (let j = 0; j <= i; j++) sum += triangle[row + j]! * values[first + j]!;
      for (let j = i + 1; j < size; j++) sum += triangle[rowOf(j) + i]! * values[first + j]!;
      out[first + i] = Math.floor(sum / 2 ** INVERSE_BITS);
    }
  });
}

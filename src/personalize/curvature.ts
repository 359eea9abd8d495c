// How much the windows can curve the loss at most: the largest eigenvalue of their scatter times the inverse metric, by
// power iteration in integers.
import { bitLength } from "./integers.ts";

const ITERATIONS = 20;
const VECTOR_BITS = 14;
/** What inverses take (metric.ts, population-metric.ts). */
const PRODUCT_BITS = 28;

/** An inverse of a metric, as the solver uses it. */
export interface InverseMetric {
  /** Whole parts of the inverse times a vector of |values| below 2^28 each. */
  readonly apply: (values: ArrayLike<number>, out: Float64Array) => void;
  /** None of its eigenvalues is larger. */
  readonly largest: number;
}

/**
 * A little more than the largest eigenvalue of Σ c·cᵀ · inverse, c = features − centre.
 * @param total Σ |c|²
 */
export function largestCurvature(
  features: Int8Array,
  centre: Int32Array,
  { apply, largest: most }: InverseMetric,
  total: number,
): number {
  const width = centre.length;
  const windows = features.length / width;
  const vector = new Float64Array(width);
  const product = new Float64Array(width);
  const mapped = new Float64Array(width);
  // Any start that no data are made to be orthogonal to: the multiples of the golden ratio, modulo 2^14.
  for (let j = 0; j < width; j++) vector[j] = (Math.imul(j + 1, 0x9e3779b1) >> 18) | 1;
  let curvature = 0;
  for (let i = 0; i < ITERATIONS; i++) {
    product.fill(0);
    for (let w = 0; w < windows; w++) {
      let along = 0;
      for (let j = 0; j < width; j++) along += (features[w * width + j]! - centre[j]!) * vector[j]!;
      for (let j = 0; j < width; j++) product[j]! += (features[w * width + j]! - centre[j]!) * along;
    }
    const shift = shiftDown(product, PRODUCT_BITS);
    apply(product, mapped);
    const largest = largestOf(mapped);
    curvature = (Math.floor(largest / largestOf(vector)) + 1) * 2 ** shift;
    vector.set(mapped);
    shiftDown(vector, VECTOR_BITS);
    if (largestOf(vector) === 0) break;
  }
  // An eighth more, for what the iteration has not found.
  const generous = curvature + Math.floor(curvature / 8);
  return Math.min(Math.max(generous, Math.ceil(total / width)), most * total);
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Divides by the least power of two that leaves so many bits; returns its exponent. */
function shiftDown(values: Float64Array, bits: number): number {
  const shift = Math.max(bitLength(largestOf(values)) - bits, 0);
  for (let j = 0; j < values.length; j++) values[j] = Math.floor(values[j]! / 2 ** shift);
  return shift;
}

// How much the windows can curve the loss at most: the largest eigenvalue of their scatter times the inverse metric, by
// power iteration in integers. The C++ twin is in firmware/bandsmith/nn/head_metric.h.
import { bitLength } from "./integers.ts";
import { applyMetric, type HeadMetric, RIDGE } from "./metric.ts";

const ITERATIONS = 20;
const VECTOR_BITS = 14;

/**
 * A little more than the largest eigenvalue of Σ c·cᵀ times the metric's inverse, c = features − centre.
 * @param total Σ |c|²
 */
export function largestCurvature(
  features: Int8Array,
  centre: Int32Array,
  metric: HeadMetric,
  total: number,
): number {
  const width = centre.length;
  const windows = features.length / width;
  const vector = new Float64Array(width);
  const product = new Float64Array(width);
  const mapped = new Int32Array(width);
  const scratch = new Int16Array(width);
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
    const exponent = applyMetric(metric, product, mapped, scratch);
    const largest = largestOf(mapped);
    curvature = Math.floor((Math.floor(largest / largestOf(vector)) + 1) * 2 ** exponent) + 1;
    const shift = Math.max(bitLength(largest) - VECTOR_BITS, 0);
    for (let j = 0; j < width; j++) vector[j] = mapped[j]! >> shift;
    if (largestOf(vector) === 0) break;
  }
  // An eighth more, for what the iteration has not found.
  const generous = curvature + Math.floor(curvature / 8);
  return Math.min(Math.max(generous, Math.ceil(total / width)), RIDGE * total);
}

function largestOf(values: Float64Array | Int32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

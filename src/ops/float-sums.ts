// Sums of products in float: double precision, one product after the other, several sums at a time.

/** Sums that run side by side: each waits for its own last addition alone. */
const SIDE_BY_SIDE = 4;

/**
 * sums[c] += Σ x[from + i] · w[first + c · pitch + i] over `length` products. Each sum adds in the order of i, so that its
 * value does not depend on the others.
 */
export function addProducts(
  sums: Float64Array,
  [x, from]: readonly [values: Float32Array, from: number],
  [w, first, pitch]: readonly [values: Float32Array, first: number, pitch: number],
  length: number,
): void {
  let c = 0;
  for (; c + SIDE_BY_SIDE <= sums.length; c += SIDE_BY_SIDE) {
    const w0 = first + c * pitch;
    const [w1, w2, w3] = [w0 + pitch, w0 + 2 * pitch, w0 + 3 * pitch];
    let s0 = sums[c]!;
    let s1 = sums[c + 1]!;
    let s2 = sums[c + 2]!;
    let s3 = sums[c + 3]!;
    for (let i = 0; i < length; i++) {
      const value = x[from + i]!;
      s0 += value * w[w0 + i]!;
      s1 += value * w[w1 + i]!;
      s2 += value * w[w2 + i]!;
      s3 += value * w[w3 + i]!;
    }
    sums[c] = s0;
    sums[c + 1] = s1;
    sums[c + 2] = s2;
    sums[c + 3] = s3;
  }
  for (; c < sums.length; c++) {
    let sum = sums[c]!;
    for (let i = 0, at = first + c * pitch; i < length; i++) sum += x[from + i]! * w[at + i]!;
    sums[c] = sum;
  }
}

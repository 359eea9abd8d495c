// Logistic function and tanh of int16 as the integer kernels compute them: one table of the logistic function at steps
// of 1/24 in Q0.16, linear interpolation between its entries, and tanh(x) = 2 · logistic(2x) − 1.

const ENTRIES = 256;
const STEPS_PER_UNIT = 24;

/**
 * The table is not simply rounded samples: each is raised by half of what the chord to the next one lacks in the
 * middle of the step, so that the interpolation errs to both sides. The last entry is the largest value.
 */
const TABLE = Uint16Array.from({ length: ENTRIES }, (_, i) => {
  if (i === ENTRIES - 1) return 0xffff;
  const at = (step: number): number => 0x10000 / (1 + Math.exp(-step / STEPS_PER_UNIT));
  const lack = at(i + 0.5) - (at(i) + at(i + 1)) / 2;
  return Math.round(at(i) + lack / 2);
});

/** Logistic function of a Q3.12 value, in Q0.15. Three quarters of the input's step are 1/24 · 2^−9. */
export function logisticInt16(x: number): number {
  const scaled = x * 3;
  const magnitude = scaled < 0 ? -scaled : scaled;
  // |x| ≤ 8 reaches entry 192 of 256: no saturation.
  const index = magnitude >> 9;
  const low = TABLE[index]!;
  const interpolated = (low << 9) + (magnitude & 0x1ff) * (TABLE[index + 1]! - low);
  return (scaled >= 0 ? interpolated + 0x200 : (1 << 25) - interpolated + 0x1ff) >> 10;
}

/** How tanh brings its input to the table's step: x · multiplier / 2^shift, rounded half up. */
export interface TanhScaling {
  readonly multiplier: number;
  readonly shift: number;
}

/** For an input whose scale is 2^exponent; −12 is Q3.12, what the gates have. */
export function tanhScaling(exponent: number): TanhScaling {
  const left = exponent + 12;
  return left >= 0 ? { multiplier: 3 << left, shift: 0 } : { multiplier: 3, shift: -left };
}

/** tanh in Q0.15. The caller sees to it that |x| · multiplier fits 31 bits. */
export function tanhInt16(x: number, multiplier: number, shift: number): number {
  const scaled = (x * multiplier + ((1 << shift) >> 1)) >> shift;
  const magnitude = scaled < 0 ? -scaled : scaled;
  const index = magnitude >> 8;
  let doubled = 0xffff << 8;
  if (index < ENTRIES - 1) {
    const low = TABLE[index]!;
    doubled = (low << 8) + (magnitude & 0xff) * (TABLE[index + 1]! - low);
  }
  return (scaled >= 0 ? doubled - (1 << 23) + 0x80 : (1 << 23) - doubled + 0x7f) >> 8;
}

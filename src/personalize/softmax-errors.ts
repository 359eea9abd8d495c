// Softmax less the true class, in integers: powers of two from a table of 64 steps, then one exact division a class.
import {
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  quantizeMultiplier,
} from "../util/fixedpoint.ts";

/** Errors are probabilities with so many fractional bits, and never beyond ±(2^14 − 1). */
export const ERROR_BITS = 14;

/** round(2^16 · 2^(−i / 64)). A line between two of them is off by less than half a unit. */
const POWERS = [
  65536, 64830, 64132, 63441, 62757, 62081, 61413, 60751, 60097, 59449, 58809, 58176, 57549, 56929, 56316,
  55709, 55109, 54515, 53928, 53347, 52773, 52204, 51642, 51085, 50535, 49991, 49452, 48920, 48393, 47871,
  47356, 46846, 46341, 45842, 45348, 44859, 44376, 43898, 43425, 42958, 42495, 42037, 41584, 41136, 40693,
  40255, 39821, 39392, 38968, 38548, 38133, 37722, 37316, 36914, 36516, 36123, 35734, 35349, 34968, 34591,
  34219, 33850, 33486, 33125, 32768,
];

/** Differences of logits to powers of two with 16 fractional bits. */
export interface LogitScaling extends QuantizedMultiplier {
  /** From this difference on the power is nothing: 2^−18 and less. */
  readonly nothing: number;
}

/** @param step what one unit of the logits stands for */
export function logitScaling(step: number): LogitScaling {
  const real = step * 94548.46; // 2^16 · log2(e), rounded
  const nothing = Math.min(Math.floor((18 * 65536) / real), 2147483647);
  return { ...quantizeMultiplier(real), nothing };
}

/** 2^−(power / 2^16) with 16 fractional bits. 0 ≤ power ≤ 18 · 2^16. */
function negativePowerOfTwo(power: number): number {
  const index = (power & 0xffff) >> 10;
  const above = POWERS[index]!;
  const shift = 10 + (power >> 16);
  const line = above * 1024 - (above - POWERS[index + 1]!) * (power & 1023);
  return (line + (1 << (shift - 1))) >> shift;
}

/** Turns the logits of one window into errors, in place. */
export function softmaxErrors(
  logits: Int32Array,
  label: number,
  { mantissa, shift, nothing }: LogitScaling,
): void {
  let largest = logits[0]!;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    const below = largest - logits[k]!;
    const power =
      below >= nothing ? 0 : negativePowerOfTwo(multiplyByQuantizedMultiplier(below, mantissa, shift));
    logits[k] = power;
    sum += power;
  }
  const half = sum >> 1;
  for (let k = 0; k < logits.length; k++) {
    const share = Math.floor((logits[k]! * 2 ** ERROR_BITS + half) / sum);
    const error = k === label ? share - 2 ** ERROR_BITS : share;
    logits[k] = Math.min(Math.max(error, 1 - 2 ** ERROR_BITS), 2 ** ERROR_BITS - 1);
  }
}

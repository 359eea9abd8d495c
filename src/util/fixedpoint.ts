// The integer arithmetic of TensorFlow Lite's reference kernels with double rounding, exact in JavaScript.
// Source: gemmlowp fixedpoint.h and tensorflow/lite/kernels/internal/common.h (see docs/numerics.md).

export const INT32_MAX = 2147483647;
export const INT32_MIN = -2147483648;

/** A real multiplier as `mantissa` × 2^(shift − 31); `mantissa` is 0 or in [2^30, 2^31). */
export interface QuantizedMultiplier {
  readonly mantissa: number;
  readonly shift: number;
}

/** Rounds half away from zero, as C's `round` and TfLiteRound do (Math.round rounds half up). */
export function roundHalfAway(x: number): number {
  return x < 0 ? 0 - roundPositive(-x) : roundPositive(x); // 0 − 0 is 0, where −0 would not be
}

/** C's round() for x ≥ 0: adding 0.5 would itself round up 0.49999999999999994. */
function roundPositive(x: number): number {
  const floor = Math.floor(x);
  return x - floor >= 0.5 ? floor + 1 : floor;
}

/** QuantizeMultiplier: a positive (or zero) double as a Q31 mantissa and a power of two. */
export function quantizeMultiplier(real: number): QuantizedMultiplier {
  if (real === 0) return { mantissa: 0, shift: 0 };
  const { fraction, exponent: shift } = frexp(real);
  let exponent = shift;
  let mantissa = roundHalfAway(fraction * 2147483648);
  if (mantissa === 2147483648) {
    mantissa = 1073741824;
    exponent += 1;
  }
  // A shift below −31 leaves no bit of a 32-bit value: the reference kernels flush it to zero.
  if (exponent < -31) return { mantissa: 0, shift: 0 };
  return { mantissa, shift: exponent };
}

/** C's frexp for a finite positive number: x = fraction × 2^exponent with fraction in [0.5, 1). */
export function frexp(x: number): { fraction: number; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const biased = (view.getUint32(0) >>> 20) & 0x7ff;
  if (biased === 0) {
    const scaled = frexp(x * 2 ** 64);
    return { fraction: scaled.fraction, exponent: scaled.exponent - 64 };
  }
  return { fraction: x / 2 ** (biased - 1022), exponent: biased - 1022 };
}

/**
 * SaturatingRoundingDoublingHighMul: (a·b + nudge) / 2^31 truncated towards zero, the nudge 2^30 for a product ≥ 0
 * and 1 − 2^30 below, saturating INT32_MIN². On both sides that is floor((a·b + 2^30) / 2^31), half up.
 */
export function doublingHighMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  // A double holds 53 bits of the 62-bit product, so b is split at 16 bits: what floor drops is below the last kept bit.
  const top = a * (b >> 16) + Math.floor((a * (b & 0xffff)) / 65536);
  return Math.floor((top + 16384) / 32768);
}

/** RoundingDivideByPOT: x / 2^exponent, ties away from zero. 0 ≤ exponent ≤ 31. */
export function roundingDivideByPowerOfTwo(x: number, exponent: number): number {
  if (exponent === 0) return x;
  const mask = exponent === 31 ? INT32_MAX : (1 << exponent) - 1;
  const remainder = x & mask;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/** MultiplyByQuantizedMultiplier with double rounding. `x` is an int32; so is the result. */
export function multiplyByQuantizedMultiplier(x: number, mantissa: number, shift: number): number {
  const left = shift > 0 ? shift : 0;
  const right = shift > 0 ? 0 : -shift;
  return roundingDivideByPowerOfTwo(doublingHighMul((x << left) | 0, mantissa), right);
}

/** Clamps to int8. */
export function clampInt8(x: number): number {
  return x < -128 ? -128 : x > 127 ? 127 : x;
}

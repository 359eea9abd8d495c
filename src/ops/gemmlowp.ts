// Fixed-point numbers of gemmlowp as raw int32: exponential and reciprocal, to the bit.
// Source: gemmlowp fixedpoint/fixedpoint.h. A "Qn" value has n integer bits and 31 − n fractional ones.
import { doublingHighMul, INT32_MAX, INT32_MIN, roundingDivideByPowerOfTwo } from "../util/fixedpoint.ts";

/** SaturatingRoundingMultiplyByPOT for a positive exponent. */
function saturatingShiftLeft(x: number, exponent: number): number {
  const bound = 2 ** (31 - exponent);
  return x >= bound ? INT32_MAX : x < -bound ? INT32_MIN : x << exponent;
}

/** exp(a) for Q0 `a` in [−1/4, 0): a fourth-order Taylor polynomial about −1/8. */
function expQuarter(a: number): number {
  const constant = 1895147668; // exp(−1/8)
  const oneThird = 715827883;
  const x = a + (1 << 28);
  const x2 = doublingHighMul(x, x);
  const x3 = doublingHighMul(x2, x);
  const x4 = doublingHighMul(x2, x2);
  const x4Over4 = roundingDivideByPowerOfTwo(x4, 2);
  const tail = roundingDivideByPowerOfTwo(doublingHighMul(x4Over4 + x3, oneThird) + x2, 1);
  return constant + doublingHighMul(constant, x + tail);
}

/** exp(−2^i) for i = −2 … 4, in Q0. */
const EXP_OF_POWERS = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242] as const;

/** exp(a) in Q0 for Q5 `a` ≤ 0. */
export function expOnNegativeValues(a: number): number {
  if (a === 0) return INT32_MAX;
  const quarter = 1 << 24;
  const fraction = (a & (quarter - 1)) - quarter;
  let result = expQuarter(saturatingShiftLeft(fraction, 5));
  const remainder = fraction - a;
  EXP_OF_POWERS.forEach((factor, i) => {
    if ((remainder & (1 << (24 + i))) !== 0) result = doublingHighMul(result, factor);
  });
  return result;
}

/** 1 / (1 + a) in Q0 for Q0 `a` in [0, 1): three Newton-Raphson steps. */
function oneOverOnePlus(a: number): number {
  // RoundingHalfSum(a, 1): the sum is not negative here, so adding one and halving is its rounding.
  const halfDenominator = Math.floor((a + INT32_MAX + 1) / 2);
  const one = 1 << 29;
  let x = 1515870810 + doublingHighMul(halfDenominator, -1010580540); // 48/17 − 32/17 · d, in Q2
  for (let i = 0; i < 3; i++) {
    const error = one - doublingHighMul(halfDenominator, x);
    x += saturatingShiftLeft(doublingHighMul(x, error), 2);
  }
  return saturatingShiftLeft(x, 1);
}

/** GetReciprocal: 1 / x as a Q0 mantissa and the bits that the sum stands above one. x > 0. */
export function reciprocal(x: number, integerBits: number): { scale: number; bitsOverUnit: number } {
  const headroom = Math.clz32(x);
  return {
    scale: oneOverOnePlus(((x << headroom) >>> 0) - 2147483648),
    bitsOverUnit: integerBits - headroom,
  };
}

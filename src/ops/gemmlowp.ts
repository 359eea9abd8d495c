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

/** exp(a) in Q0 for a ≤ 0 with that many integer bits, at most 5. */
export function expOnNegativeValues(a: number, integerBits = 5): number {
  if (a === 0) return INT32_MAX;
  const quarterBit = 29 - integerBits;
  const quarter = 1 << quarterBit;
  const fraction = (a & (quarter - 1)) - quarter;
  let result = expQuarter(saturatingShiftLeft(fraction, integerBits));
  const remainder = fraction - a;
  for (let i = 0; i < integerBits + 2; i++) {
    if ((remainder & (quarter << i)) !== 0) result = doublingHighMul(result, EXP_OF_POWERS[i]!);
  }
  return result;
}

const ONE_IN_Q2 = 1 << 29;

/** 2 / (1 + a) in Q2 for Q0 `a` in [0, 1): three Newton-Raphson steps. */
function twoOverOnePlus(a: number): number {
  // RoundingHalfSum(a, 1): the sum is not negative here, so adding one and halving is its rounding.
  const halfDenominator = Math.floor((a + INT32_MAX + 1) / 2);
  let x = 1515870810 + doublingHighMul(halfDenominator, -1010580540); // 48/17 − 32/17 · d, in Q2
  for (let i = 0; i < 3; i++) {
    const error = ONE_IN_Q2 - doublingHighMul(halfDenominator, x);
    x += saturatingShiftLeft(doublingHighMul(x, error), 2);
  }
  return x;
}

/** 1 / (1 + a) in Q0: halving moves a Q2 value to Q1 without a change. */
function oneOverOnePlus(a: number): number {
  return saturatingShiftLeft(twoOverOnePlus(a), 1);
}

/** (1 − a) / (1 + a) = 2 / (1 + a) − 1 in Q0. */
function oneMinusOverOnePlus(a: number): number {
  return saturatingShiftLeft(twoOverOnePlus(a) - ONE_IN_Q2, 2);
}

/** 1 / (1 + exp(−a)) in Q0. */
export function logisticOf(a: number, integerBits: number): number {
  if (a === 0) return 1 << 30;
  const positive = oneOverOnePlus(expOnNegativeValues(a > 0 ? -a : a, integerBits));
  return a > 0 ? positive : INT32_MAX - positive;
}

/** tanh(a) in Q0, by exp(−2 |a|): the same bits with one integer bit more. */
export function tanhOf(a: number, integerBits: number): number {
  if (a === 0) return 0;
  const magnitude = oneMinusOverOnePlus(expOnNegativeValues(a > 0 ? -a : a, integerBits + 1));
  return a > 0 ? magnitude : -magnitude;
}

/** GetReciprocal: 1 / x as a Q0 mantissa and the bits that the sum stands above one. x > 0. */
export function reciprocal(x: number, integerBits: number): { scale: number; bitsOverUnit: number } {
  const headroom = Math.clz32(x);
  return {
    scale: oneOverOnePlus(((x << headroom) >>> 0) - 2147483648),
    bitsOverUnit: integerBits - headroom,
  };
}

// Fixed-point exponential and reciprocal (the host's twin: src/ops/gemmlowp.ts). A "Qn" value has n integer
// bits and 31 − n fractional ones. Source: gemmlowp fixedpoint/fixedpoint.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/fixedpoint.h"

namespace bandsmith {

/** SaturatingRoundingMultiplyByPOT for 0 < exponent < 31. */
constexpr int32_t saturatingShiftLeft(int32_t x, int32_t exponent) {
  const int32_t bound = static_cast<int32_t>(UINT32_C(1) << (31 - exponent));
  if (x >= bound) return INT32_MAX;
  if (x < -bound) return INT32_MIN;
  return static_cast<int32_t>(static_cast<uint32_t>(x) << exponent);
}

/** exp(a) for Q0 `a` in [−1/4, 0): a fourth-order Taylor polynomial about −1/8. */
constexpr int32_t expQuarter(int32_t a) {
  constexpr int32_t kExpOfMinusEighth = 1895147668;
  constexpr int32_t kOneThird = 715827883;
  const int32_t x = a + (INT32_C(1) << 28);
  const int32_t x2 = doublingHighMul(x, x);
  const int32_t x3 = doublingHighMul(x2, x);
  const int32_t x4Over4 = roundingDivideByPowerOfTwo(doublingHighMul(x2, x2), 2);
  const int32_t tail = roundingDivideByPowerOfTwo(doublingHighMul(x4Over4 + x3, kOneThird) + x2, 1);
  return kExpOfMinusEighth + doublingHighMul(kExpOfMinusEighth, x + tail);
}

/** exp(−2^i) for i = −2 … 4, in Q0. */
inline constexpr int32_t kExpOfPowers[] = {1672461947, 1302514674, 790015084, 290630308,
                                           39332535,   720401,     242};

/** exp(a) in Q0 for a ≤ 0 with five integer bits. */
constexpr int32_t expOnNegativeValues(int32_t a) {
  constexpr int32_t kIntegerBits = 5;
  constexpr int32_t kQuarter = INT32_C(1) << (29 - kIntegerBits);
  if (a == 0) return INT32_MAX;
  const int32_t fraction = (a & (kQuarter - 1)) - kQuarter;
  int32_t result = expQuarter(saturatingShiftLeft(fraction, kIntegerBits));
  const uint32_t remainder = static_cast<uint32_t>(fraction) - static_cast<uint32_t>(a);
  for (int32_t i = 0; i < kIntegerBits + 2; ++i) {
    const uint32_t bit = static_cast<uint32_t>(kQuarter) << i;
    if ((remainder & bit) != 0) result = doublingHighMul(result, kExpOfPowers[i]);
  }
  return result;
}

/** 1 / (1 + a) in Q0 for Q0 `a` in [0, 1): three Newton-Raphson steps in Q2, where the result is twice as
 * large. */
constexpr int32_t oneOverOnePlus(int32_t a) {
  constexpr int32_t kOneInQ2 = INT32_C(1) << 29;
  constexpr int32_t k48Over17 = 1515870810;
  constexpr int32_t kMinus32Over17 = -1010580540;
  // Half of a + 1, rounded.
  const int32_t halfDenominator = static_cast<int32_t>((static_cast<int64_t>(a) + INT32_MAX + 1) / 2);
  int32_t x = k48Over17 + doublingHighMul(halfDenominator, kMinus32Over17);
  for (int32_t i = 0; i < 3; ++i) {
    const int32_t error = kOneInQ2 - doublingHighMul(halfDenominator, x);
    x += saturatingShiftLeft(doublingHighMul(x, error), 2);
  }
  return saturatingShiftLeft(x, 1);
}

}  // namespace bandsmith

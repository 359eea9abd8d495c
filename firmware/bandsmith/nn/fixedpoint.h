// The integer arithmetic of TensorFlow Lite's reference kernels with double rounding.
// Source: gemmlowp fixedpoint.h and tensorflow/lite/kernels/internal/common.h. The host's twin is
// src/util/fixedpoint.ts of Bandsmith; a test holds the two together value by value.
#pragma once

#include <stdint.h>

namespace bandsmith {

/** A two's-complement difference that wraps, where int32_t's would be undefined. */
constexpr int32_t wrappingSubtract(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}

/**
 * SaturatingRoundingDoublingHighMul: a·b / 2^31, rounded to nearest. Its nudge, 1 − 2^30 for a product below
 * zero, and the division that truncates together round half up on both sides.
 */
constexpr int32_t doublingHighMul(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return static_cast<int32_t>((static_cast<int64_t>(a) * b + (INT64_C(1) << 30)) >> 31);
}

/** RoundingDivideByPOT: x / 2^exponent, ties away from zero. 0 ≤ exponent ≤ 31. */
constexpr int32_t roundingDivideByPowerOfTwo(int32_t x, int32_t exponent) {
  const int32_t mask = static_cast<int32_t>((UINT32_C(1) << exponent) - 1);
  const int32_t remainder = x & mask;
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  // Shifting a negative value is arithmetic on every compiler this is built with.
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/** MultiplyByQuantizedMultiplier: x · mantissa · 2^(shift − 31), rounded twice. −31 ≤ shift ≤ 30. */
constexpr int32_t multiplyByQuantizedMultiplier(int32_t x, int32_t mantissa, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : -shift;
  const int32_t shifted = static_cast<int32_t>(static_cast<uint32_t>(x) << left);
  return roundingDivideByPowerOfTwo(doublingHighMul(shifted, mantissa), right);
}

}  // namespace bandsmith

// Integer steps of the personal head's solver, and multipliers from scales (the host's twins:
// src/personalize/integers.ts and src/util/fixedpoint.ts). On the host these are doubles of whole numbers, so
// that nothing may leave 53 bits.
#pragma once

#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/requantize.h"

namespace bandsmith {

/** Nearest, ties away from zero. divisor > 0. */
constexpr int64_t divideRounded(int64_t value, int64_t divisor) {
  const int64_t half = divisor / 2;
  return value < 0 ? -((half - value) / divisor) : (value + half) / divisor;
}

/** value / 2^bits, nearest, ties up. 1 ≤ bits. */
constexpr int64_t shiftRounded(int64_t value, int32_t bits) {
  return (value + (INT64_C(1) << (bits - 1))) >> bits;
}

/** The same for any number of bits, where a negative one multiplies. |value| < 2^62. */
constexpr int64_t scaledDown(int64_t value, int32_t bits) {
  if (bits > 62) return 0;
  return bits > 0 ? shiftRounded(value, bits) : value * (INT64_C(1) << -bits);
}

/** The whole part of a square root. 0 ≤ value < 2^52. */
constexpr int64_t squareRoot(int64_t value) {
  int64_t root = 0;
  for (int64_t bit = INT64_C(1) << 26; bit > 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= value) root += bit;
  }
  return root;
}

/** How many bits a number ≥ 0 needs. */
constexpr int32_t bitLength(int64_t value) {
  return value == 0 ? 0 : 64 - __builtin_clzll(static_cast<uint64_t>(value));
}

constexpr int64_t magnitudeOf(int64_t value) {
  return value < 0 ? -value : value;
}

constexpr int64_t clampTo(int64_t value, int64_t lowest, int64_t highest) {
  return value < lowest ? lowest : value > highest ? highest : value;
}

constexpr int32_t saturateInt32(int64_t value) {
  return static_cast<int32_t>(clampTo(value, INT32_MIN, INT32_MAX));
}

/** QuantizeMultiplier of a double ≥ 0: its own bits, rounded to 31. */
inline Multiplier quantizeMultiplier(double real) {
  uint64_t bits = 0;
  memcpy(&bits, &real, sizeof bits);
  const int32_t biased = static_cast<int32_t>(bits >> 52);
  // Zero, and what is far too small to leave a bit of a 32-bit value.
  if (biased == 0) return {0, 0};
  const uint64_t fraction = (bits & ((UINT64_C(1) << 52) - 1)) | (UINT64_C(1) << 52);
  uint64_t mantissa = (fraction + (UINT64_C(1) << 21)) >> 22;
  int32_t exponent = biased - 1022;
  if (mantissa == UINT64_C(1) << 31) {
    mantissa >>= 1;
    ++exponent;
  }
  if (exponent < -31) return {0, 0};
  return {static_cast<int32_t>(mantissa), exponent};
}

}  // namespace bandsmith

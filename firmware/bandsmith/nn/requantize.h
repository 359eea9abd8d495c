// From a layer's 32-bit sum to its int8 output, and sums that wrap as TensorFlow Lite's do.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/fixedpoint.h"

namespace bandsmith {

/** A real factor as mantissa · 2^(shift − 31), worked out by the compiler. −31 ≤ shift ≤ 30. */
struct Multiplier {
  int32_t mantissa;
  int32_t shift;
};

/** The output's zero point and the values that it is clamped to: int8's own, or a fused activation's. */
struct OutputRange {
  int32_t zeroPoint;
  int32_t min;
  int32_t max;
};

constexpr int32_t scaled(int32_t x, const Multiplier& multiplier) {
  return multiplyByQuantizedMultiplier(x, multiplier.mantissa, multiplier.shift);
}

/** Clamps before it adds the zero point: a saturated value would leave 32 bits. */
constexpr int8_t toInt8(int32_t value, const OutputRange& range) {
  const int32_t lowest = range.min - range.zeroPoint;
  const int32_t highest = range.max - range.zeroPoint;
  const int32_t clamped = value < lowest ? lowest : value > highest ? highest : value;
  return static_cast<int8_t>(clamped + range.zeroPoint);
}

/** a + b modulo 2^32, as the reference kernels' sums are; int32_t's own overflow would be undefined. */
constexpr int32_t wrappingAdd(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

}  // namespace bandsmith

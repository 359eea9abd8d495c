// What ADD and SUB share: both inputs brought to twice the larger scale at 20 extra bits, then requantised.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/add.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct ScaledSumParameters {
  /** Of both inputs, in the output's order. */
  StridedWalk inputs;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  Multiplier left;
  Multiplier right;
  Multiplier sum;
  OutputRange range;
};

constexpr int32_t kScaledSumShift = 20;

constexpr int32_t scaledOperand(int8_t stored, int32_t zeroPoint, const Multiplier& multiplier) {
  return scaled((stored - zeroPoint) * (INT32_C(1) << kScaledSumShift), multiplier);
}

/** `sign` of the right input. */
inline void scaledSum(const ScaledSumParameters& p, const int8_t* left, const int8_t* right, int32_t sign,
                      int8_t* output) {
  walk(p.inputs, [&](int32_t a, int32_t b) {
    const int32_t x = scaledOperand(left[a], p.leftZeroPoint, p.left);
    const int32_t z = scaledOperand(right[b], p.rightZeroPoint, p.right);
    *output++ = toInt8(scaled(x + sign * z, p.sum), p.range);
  });
}

}  // namespace bandsmith

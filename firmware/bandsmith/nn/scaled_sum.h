// What ADD and SUB share: both inputs brought to twice the larger scale at 20 extra bits, then requantised.
// For the few scales that plane_sum.h has no plane for. Source of the arithmetic:
// tensorflow/lite/kernels/internal/reference/integer_ops/add.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/strided_walk.h"
#include "bandsmith/nn/wide_scaling.h"

namespace bandsmith {

/** `Inputs`: SideBySide or StridedWalk. No multiplier is above 1, so that no shifted value reaches 2^30. */
template <typename Inputs>
struct ScaledSumParameters {
  Inputs inputs;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  /** Shifted by the 20 bits first. */
  WideScaling left;
  WideScaling right;
  WideScaling sum;
  OutputRange range;
};

/** `sign` of the right input. */
template <typename Inputs>
inline void scaledSum(const ScaledSumParameters<Inputs>& p, const int8_t* left, const int8_t* right,
                      int32_t sign, int8_t* output) {
  walk(p.inputs, [&](int32_t a, int32_t b) {
    const int32_t x = requantized(left[a] - p.leftZeroPoint, p.left);
    const int32_t z = requantized(right[b] - p.rightZeroPoint, p.right);
    *output++ = toInt8(requantized(x + sign * z, p.sum), p.range);
  });
}

}  // namespace bandsmith

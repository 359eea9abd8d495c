// LESS: x < z element by element, with broadcasting, as 0 and 1: the condition of a loop.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/comparisons.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/elementwise.h"
#include "bandsmith/nn/requantize.h"

namespace bandsmith {

struct LessParameters {
  /** Of both inputs, in the output's order. */
  StridedWalk inputs;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  /** Each side's own scale. */
  Multiplier left;
  Multiplier right;
};

/** The reference kernel's extra bits for each side. */
constexpr int32_t kLessShift = 8;

constexpr int32_t comparedOperand(int8_t stored, int32_t zeroPoint, const Multiplier& multiplier) {
  return scaled((stored - zeroPoint) * (INT32_C(1) << kLessShift), multiplier);
}

inline void lessInt8(const LessParameters& p, const int8_t* left, const int8_t* right, int8_t* output) {
  walk(p.inputs, [&](int32_t a, int32_t b) {
    const int32_t x = comparedOperand(left[a], p.leftZeroPoint, p.left);
    const int32_t z = comparedOperand(right[b], p.rightZeroPoint, p.right);
    *output++ = x < z ? 1 : 0;
  });
}

template <typename T>
constexpr int8_t isLess(T a, T b) {
  return a < b ? 1 : 0;
}

inline void lessInt32(const ElementwiseParameters& p, const int8_t* left, const int8_t* right,
                      int8_t* output) {
  elementwise<int32_t, int8_t>(p, left, right, output, isLess<int32_t>);
}

inline void lessFloat(const ElementwiseParameters& p, const int8_t* left, const int8_t* right,
                      int8_t* output) {
  elementwise<float, int8_t>(p, left, right, output, isLess<float>);
}

}  // namespace bandsmith

// MUL: element by element, with broadcasting; one multiplier.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct MulParameters {
  /** Of both inputs, in the output's order. */
  StridedWalk inputs;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  Multiplier product;
  OutputRange range;
};

inline void mul(const MulParameters& p, const int8_t* left, const int8_t* right, int8_t* output) {
  walk(p.inputs, [&](int32_t a, int32_t b) {
    const int32_t product = (left[a] - p.leftZeroPoint) * (right[b] - p.rightZeroPoint);
    *output++ = toInt8(scaled(product, p.product), p.range);
  });
}

}  // namespace bandsmith

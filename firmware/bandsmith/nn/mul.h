// MUL: element by element, with broadcasting; one multiplier. For the few
// whose multiplier no short form has: scaled_product.h has the others.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

/** `Inputs`: SideBySide or StridedWalk. */
template <typename Inputs>
struct MulParameters {
  Inputs inputs;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  Multiplier product;
  OutputRange range;
};

template <typename Inputs>
inline void mul(const MulParameters<Inputs>& p, const int8_t* left, const int8_t* right, int8_t* output) {
  walk(p.inputs, [&](int32_t a, int32_t b) {
    const int32_t product = (left[a] - p.leftZeroPoint) * (right[b] - p.rightZeroPoint);
    *output++ = toInt8(scaled(product, p.product), p.range);
  });
}

}  // namespace bandsmith

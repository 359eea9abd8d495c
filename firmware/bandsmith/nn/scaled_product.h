// MUL: a product ends as a sum of other layers does, in one of the forms of output_scaling.h.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/mul.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/output_scaling.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

/** `Inputs`: SideBySide or StridedWalk. */
template <typename Inputs, typename Scaling>
struct ScaledProductParameters {
  Inputs inputs;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  Scaling scaling;
  ClampedRange range;
};

template <typename Inputs, typename Scaling>
inline void scaledProduct(const ScaledProductParameters<Inputs, Scaling>& p, const int8_t* left,
                          const int8_t* right, int8_t* output) {
  // Copies, since for all that the compiler knows the output could be the parameters.
  const int32_t leftZeroPoint = p.leftZeroPoint;
  const int32_t rightZeroPoint = p.rightZeroPoint;
  const Scaling scaling = p.scaling;
  const ClampedRange range = p.range;
  walk(p.inputs, [&](int32_t a, int32_t b) {
    const int32_t product = (left[a] - leftZeroPoint) * (right[b] - rightZeroPoint);
    *output++ = scaledOutput(product, scaling, range);
  });
}

}  // namespace bandsmith

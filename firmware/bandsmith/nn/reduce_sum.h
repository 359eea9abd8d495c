// MEAN and SUM over any axes: sums in 32 bits, one requantisation, in which MEAN divides.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/reduce.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct ReduceSumParameters {
  /** Where the values of each output begin, in the output's order; the second steps are 0. */
  StridedWalk kept;
  /** From there to the values that are added. */
  StridedWalk reduced;
  /** The input's zero point as often as there are values. */
  int32_t inputOffset;
  Multiplier multiplier;
  OutputRange range;
};

inline void reduceSum(const ReduceSumParameters& p, const int8_t* input, int8_t* output) {
  walk(p.kept, [&](int32_t start, int32_t) {
    int32_t sum = 0;
    walk(p.reduced, [&](int32_t offset, int32_t) { sum += input[start + offset]; });
    *output++ = toInt8(scaled(wrappingSubtract(sum, p.inputOffset), p.multiplier), p.range);
  });
}

}  // namespace bandsmith

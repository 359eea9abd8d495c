// AVERAGE_POOL_2D: an integer mean, half away from zero, over the values that are really there.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h.
#pragma once

#include "bandsmith/nn/pool_2d.h"

namespace bandsmith {

inline int32_t meanOf(const PoolWindow& window) {
  const int32_t count = window.height * window.width;
  int32_t sum = 0;
  for (int32_t y = 0; y < window.height; ++y) {
    const int8_t* value = window.values + y * window.rowSize;
    for (int32_t x = 0; x < window.width; ++x, value += window.depth) sum += *value;
  }
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

inline void averagePool2d(const Pool2dParameters& p, const int8_t* input, int8_t* output) {
  pool2d(p, input, output, meanOf);
}

}  // namespace bandsmith

// MAX_POOL_2D: the largest value of each window.
#pragma once

#include "bandsmith/nn/pool_2d.h"

namespace bandsmith {

inline int32_t largestOf(const PoolWindow& window) {
  int32_t largest = INT8_MIN;
  for (int32_t y = 0; y < window.height; ++y) {
    const int8_t* value = window.values + y * window.rowSize;
    for (int32_t x = 0; x < window.width; ++x, value += window.depth) {
      if (*value > largest) largest = *value;
    }
  }
  return largest;
}

inline void maxPool2d(const Pool2dParameters& p, const int8_t* input, int8_t* output) {
  pool2d(p, input, output, largestOf);
}

}  // namespace bandsmith

// BATCH_MATMUL: a matrix product for every batch, batches broadcast; either matrix may stand transposed.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/batch_matmul.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct BatchMatmulParameters {
  /** Where each batch's matrices begin. */
  StridedWalk batches;
  int32_t rows;
  int32_t depth;
  int32_t columns;
  /** From one row, or column, of the output to the next, and along the depth. */
  int32_t leftRowStep;
  int32_t leftDepthStep;
  int32_t rightColumnStep;
  int32_t rightDepthStep;
  int32_t leftZeroPoint;
  int32_t rightZeroPoint;
  Multiplier multiplier;
  OutputRange range;
};

inline void batchMatmul(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right,
                        int8_t* output) {
  walk(p.batches, [&](int32_t leftStart, int32_t rightStart) {
    for (int32_t row = 0; row < p.rows; ++row) {
      for (int32_t column = 0; column < p.columns; ++column) {
        const int8_t* x = left + leftStart + row * p.leftRowStep;
        const int8_t* z = right + rightStart + column * p.rightColumnStep;
        int32_t sum = 0;
        for (int32_t k = 0; k < p.depth; ++k, x += p.leftDepthStep, z += p.rightDepthStep) {
          sum = wrappingAdd(sum, (*x - p.leftZeroPoint) * (*z - p.rightZeroPoint));
        }
        *output++ = toInt8(scaled(sum, p.multiplier), p.range);
      }
    }
  });
}

}  // namespace bandsmith

// CONV_2D: NHWC input, weights [out, height, width, in], a multiplier for each output channel.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/conv.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/window_2d.h"

namespace bandsmith {

struct Conv2dParameters {
  int32_t batches;
  SlidingAxis rows;
  SlidingAxis columns;
  int32_t inputDepth;
  int32_t outputDepth;
  int32_t inputZeroPoint;
  OutputRange range;
  const int8_t* weights;
  const int32_t* bias;
  const int32_t* mantissas;
  const int8_t* shifts;
};

/** The sum of one window with one filter. Padding adds nothing. */
inline int32_t conv2dSum(const Conv2dParameters& p, const int8_t* image, int32_t oy, int32_t ox,
                         const int8_t* filter, int32_t bias) {
  int32_t sum = bias;
  for (int32_t ky = 0; ky < p.rows.filter; ++ky) {
    const int32_t y = p.rows.at(oy, ky);
    if (!p.rows.holds(y)) continue;
    for (int32_t kx = 0; kx < p.columns.filter; ++kx) {
      const int32_t x = p.columns.at(ox, kx);
      if (!p.columns.holds(x)) continue;
      const int8_t* values = image + (y * p.columns.input + x) * p.inputDepth;
      const int8_t* weights = filter + (ky * p.columns.filter + kx) * p.inputDepth;
      for (int32_t c = 0; c < p.inputDepth; ++c) {
        sum = wrappingAdd(sum, (values[c] - p.inputZeroPoint) * weights[c]);
      }
    }
  }
  return sum;
}

inline void conv2d(const Conv2dParameters& p, const int8_t* input, int8_t* output) {
  const int32_t imageSize = p.rows.input * p.columns.input * p.inputDepth;
  const int32_t filterSize = p.rows.filter * p.columns.filter * p.inputDepth;
  for (int32_t b = 0; b < p.batches; ++b, input += imageSize) {
    for (int32_t oy = 0; oy < p.rows.output; ++oy) {
      for (int32_t ox = 0; ox < p.columns.output; ++ox) {
        for (int32_t c = 0; c < p.outputDepth; ++c) {
          const int32_t sum = conv2dSum(p, input, oy, ox, p.weights + c * filterSize, p.bias[c]);
          *output++ = toInt8(multiplyByQuantizedMultiplier(sum, p.mantissas[c], p.shifts[c]), p.range);
        }
      }
    }
  }
}

}  // namespace bandsmith

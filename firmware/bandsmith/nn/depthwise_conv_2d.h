// DEPTHWISE_CONV_2D: each input channel has filters of its own; weights [1, height, width, in · multiplier].
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/depthwise_conv.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/requantize.h"
#include "bandsmith/nn/window_2d.h"

namespace bandsmith {

struct DepthwiseConv2dParameters {
  int32_t batches;
  SlidingAxis rows;
  SlidingAxis columns;
  int32_t inputDepth;
  /** Filters for each input channel. */
  int32_t depthMultiplier;
  int32_t inputZeroPoint;
  OutputRange range;
  const int8_t* weights;
  const int32_t* bias;
  const int32_t* mantissas;
  const int8_t* shifts;
};

/** The sum of one window of input channel `in` for output channel `out`. Padding adds nothing. */
inline int32_t depthwiseConv2dSum(const DepthwiseConv2dParameters& p, const int8_t* image, int32_t oy,
                                  int32_t ox, int32_t in, int32_t out) {
  const int32_t outputDepth = p.inputDepth * p.depthMultiplier;
  int32_t sum = p.bias[out];
  for (int32_t ky = 0; ky < p.rows.filter; ++ky) {
    const int32_t y = p.rows.at(oy, ky);
    if (!p.rows.holds(y)) continue;
    for (int32_t kx = 0; kx < p.columns.filter; ++kx) {
      const int32_t x = p.columns.at(ox, kx);
      if (!p.columns.holds(x)) continue;
      const int32_t value = image[(y * p.columns.input + x) * p.inputDepth + in] - p.inputZeroPoint;
      sum = wrappingAdd(sum, value * p.weights[(ky * p.columns.filter + kx) * outputDepth + out]);
    }
  }
  return sum;
}

inline void depthwiseConv2d(const DepthwiseConv2dParameters& p, const int8_t* input, int8_t* output) {
  const int32_t imageSize = p.rows.input * p.columns.input * p.inputDepth;
  for (int32_t b = 0; b < p.batches; ++b, input += imageSize) {
    for (int32_t oy = 0; oy < p.rows.output; ++oy) {
      for (int32_t ox = 0; ox < p.columns.output; ++ox) {
        for (int32_t in = 0, out = 0; in < p.inputDepth; ++in) {
          for (int32_t m = 0; m < p.depthMultiplier; ++m, ++out) {
            const int32_t sum = depthwiseConv2dSum(p, input, oy, ox, in, out);
            *output++ = toInt8(multiplyByQuantizedMultiplier(sum, p.mantissas[out], p.shifts[out]), p.range);
          }
        }
      }
    }
  }
}

}  // namespace bandsmith

// FULLY_CONNECTED: rows of the input times weights [out, in].
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/integer_ops/fully_connected.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/requantize.h"

namespace bandsmith {

struct FullyConnectedParameters {
  int32_t batches;
  int32_t inputDepth;
  int32_t outputDepth;
  int32_t inputZeroPoint;
  int32_t weightZeroPoint;
  OutputRange range;
  const int8_t* weights;
  const int32_t* bias;
  const int32_t* mantissas;
  const int8_t* shifts;
};

inline void fullyConnected(const FullyConnectedParameters& p, const int8_t* input, int8_t* output) {
  for (int32_t b = 0; b < p.batches; ++b, input += p.inputDepth) {
    const int8_t* weights = p.weights;
    for (int32_t c = 0; c < p.outputDepth; ++c, weights += p.inputDepth) {
      int32_t sum = p.bias[c];
      for (int32_t i = 0; i < p.inputDepth; ++i) {
        sum = wrappingAdd(sum, (input[i] - p.inputZeroPoint) * (weights[i] - p.weightZeroPoint));
      }
      *output++ = toInt8(multiplyByQuantizedMultiplier(sum, p.mantissas[c], p.shifts[c]), p.range);
    }
  }
}

}  // namespace bandsmith

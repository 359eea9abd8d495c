// DEQUANTIZE: int8 to float, at the end of a network that answers in float.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/typed_values.h"

namespace bandsmith {

struct DequantizeParameters {
  int32_t count;
  float scale;
  int32_t zeroPoint;
};

inline void dequantize(const DequantizeParameters& p, const int8_t* input, int8_t* output) {
  for (int32_t i = 0; i < p.count; ++i) {
    setValue<float>(output, i, p.scale * static_cast<float>(input[i] - p.zeroPoint));
  }
}

}  // namespace bandsmith

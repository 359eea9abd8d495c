// QUANTIZE of float, at the start of a network that is fed with float. From int8 to int8 it is a look-up.
// Source of the arithmetic: AffineQuantize in tensorflow/lite/kernels/internal/reference/quantize.h.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/typed_values.h"

namespace bandsmith {

struct QuantizeParameters {
  int32_t count;
  float scale;
  int32_t zeroPoint;
};

/** Beyond so many steps every zero point ends at a limit of int8. */
constexpr float kMostSteps = 512.0F;

/** To the nearest step, halves away from zero. No number gives 0, for which there is no step. */
constexpr int8_t quantizedFloat(float steps, int32_t zeroPoint) {
  if (__builtin_isnan(steps)) return 0;
  const float near = steps > kMostSteps ? kMostSteps : steps < -kMostSteps ? -kMostSteps : steps;
  const int32_t whole = static_cast<int32_t>(near);
  // Exact, where near + 0.5 would be rounded.
  const float rest = near - static_cast<float>(whole);
  const int32_t rounded = whole + (rest >= 0.5F ? 1 : 0) - (rest <= -0.5F ? 1 : 0) + zeroPoint;
  return static_cast<int8_t>(rounded < INT8_MIN ? INT8_MIN : rounded > INT8_MAX ? INT8_MAX : rounded);
}

inline void quantize(const QuantizeParameters& p, const int8_t* input, int8_t* output) {
  for (int32_t i = 0; i < p.count; ++i) {
    output[i] = quantizedFloat(valueAt<float>(input, i) / p.scale, p.zeroPoint);
  }
}

}  // namespace bandsmith

// A layer's end by the definition itself, for the few layers of which a channel has no shorter form, such as
// one that training has switched off: its multiplier may be beyond one, or its bias many millions. The sums
// before it are those of the fast kernels all the same (src/ops/channel-scaling.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/requantize.h"

namespace bandsmith {

struct DefinedScaling {
  /** Where the sum begins. */
  int32_t start;
  int32_t mantissa;
  /** As in Multiplier: to the right below zero. */
  int32_t shift;
  int32_t zeroPoint;
};

/** Once in the program, since kernels have many ends. */
[[gnu::noinline]] inline int8_t definedOutput(int32_t sum, int32_t mantissa, int32_t shift, int32_t zeroPoint,
                                              int32_t min, int32_t max) {
  return toInt8(multiplyByQuantizedMultiplier(sum, mantissa, shift), OutputRange{zeroPoint, min, max});
}

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const DefinedScaling& channel,
                                                  const ClampedRange& range) {
  return definedOutput(sum, channel.mantissa, channel.shift, channel.zeroPoint, range.min, range.max);
}

}  // namespace bandsmith

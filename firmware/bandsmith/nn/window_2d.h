// The geometry that convolutions and pools share (the compiler's twin: src/ops/window2d.ts).
#pragma once

#include <stdint.h>

namespace bandsmith {

/** One spatial axis of a sliding window. `pad`: padding in front, which no memory holds. */
struct SlidingAxis {
  int32_t input;
  int32_t output;
  int32_t filter;
  int32_t stride;
  int32_t dilation;
  int32_t pad;

  /** Where a tap of the window at `position` lies; outside 0 … input − 1 it is padding. */
  constexpr int32_t at(int32_t position, int32_t tap) const {
    return position * stride - pad + tap * dilation;
  }
  constexpr bool holds(int32_t index) const { return index >= 0 && index < input; }
};

}  // namespace bandsmith

// channel_scaling.h for multipliers from one half on, which an LSTM's gates have where inputs and their
// weights are coarse: the definition then shifts the sum to the left, and its high product may already be the
// result.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/sign_of.h"

namespace bandsmith {

/** Six numbers a channel. */
struct WideScaling {
  /** As in ChannelScaling. */
  int32_t start;
  int32_t mantissa;
  /** 2^(e−1) + z · 2^e, or z where e is 0. */
  int32_t rounding;
  /** e ≥ 0. */
  int32_t shift;
  /** What the sum is shifted by first. */
  int32_t left;
  /** −1, or 0 where e is 0: nothing is rounded then that could have a sign. */
  int32_t sign;
};

/** Of a high product that is the result, but for the zero point. */
[[gnu::always_inline]] constexpr int32_t wholeProduct(int32_t sum, const ChannelScaling& channel) {
#if defined(__XTENSA__)
  return highProductOfHalves(sum, channel.mantissa) + channel.rounding;
#else
  return highProduct(sum, channel.mantissa) + channel.rounding;
#endif
}

[[gnu::always_inline]] constexpr int32_t requantized(int32_t sum, const WideScaling& channel) {
  const int32_t shifted = static_cast<int32_t>(static_cast<uint32_t>(sum) << channel.left);
  const int32_t high = wholeProduct(shifted, {0, channel.mantissa, channel.rounding, 0});
  return (high + (signOf(sum) & channel.sign)) >> channel.shift;
}

}  // namespace bandsmith

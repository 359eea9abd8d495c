// A layer's end as a straight line that the compiler has found to give the definition's output for every sum
// (src/ops/line-scaling.ts). For two kinds of chips; and where the least output is the zero point, as after a
// ReLU, without what sums below zero need.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/clamped_to_bits.h"

namespace bandsmith {

/** By the upper half of a product, for chips that give it in one instruction; of layers with such an output.
 */
struct HighScaling {
  /** Where the sum begins. */
  int32_t start;
  int32_t mantissa;
  /** With the zero point in it. */
  int32_t rounding;
  int32_t shift;
};

/** By two products whose lower halves are enough; of layers with such an output. */
struct SplitScaling {
  int32_t start;
  /** The first sum of the largest output, below 2^18. */
  int32_t top;
  /** mantissa = high · 2^13 + low. */
  int32_t high;
  int32_t low;
  int32_t rounding;
  int32_t shift;
};

/** The same with a mantissa below 2^25, where outputs are clamped to int8 alone: clamps to powers of two are
 * enough. */
struct NarrowScaling {
  int32_t start;
  int32_t high;
  int32_t low;
  int32_t rounding;
  int32_t shift;
};

/** The same for any layer. */
struct SignedScaling {
  int32_t start;
  /** The first sum of the least output from zero down. */
  int32_t bottom;
  int32_t top;
  int32_t high;
  int32_t low;
  int32_t rounding;
  int32_t shift;
  /** Added to the rounding of sums below zero. */
  int32_t negative;
};

constexpr int32_t kSumBits = 18;
constexpr int32_t kSplitBits = 13;

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const HighScaling& channel,
                                                  const ClampedRange& range) {
  const int32_t high = static_cast<int32_t>(static_cast<int64_t>(sum) * channel.mantissa >> 32);
  return clamped((high + channel.rounding) >> channel.shift, range);
}

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const NarrowScaling& channel,
                                                  const ClampedRange& /*range*/) {
  const int32_t x = clampedToBits<kSumBits>(sum);
  const int32_t line = x * channel.high + (x * channel.low >> kSplitBits) + channel.rounding;
  return static_cast<int8_t>(clampedToBits<7>(line >> channel.shift));
}

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const SplitScaling& channel,
                                                  const ClampedRange& /*range*/) {
  // A sum within its bounds gives an output within its own.
  const int32_t low = sum < 0 ? 0 : sum;
  const int32_t x = low > channel.top ? channel.top : low;
  int32_t result = (x * channel.high + (x * channel.low >> kSplitBits) + channel.rounding) >> channel.shift;
  __asm__("" : "+r"(result));
  return static_cast<int8_t>(result);
}

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const SignedScaling& channel,
                                                  const ClampedRange& /*range*/) {
  const int32_t low = sum < channel.bottom ? channel.bottom : sum;
  const int32_t x = low > channel.top ? channel.top : low;
  const int32_t rounding = channel.rounding + (signOf(x) & channel.negative);
  int32_t result = (x * channel.high + (x * channel.low >> kSplitBits) + rounding) >> channel.shift;
  __asm__("" : "+r"(result));
  return static_cast<int8_t>(result);
}

}  // namespace bandsmith

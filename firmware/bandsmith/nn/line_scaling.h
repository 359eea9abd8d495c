// A layer's end as a straight line that the compiler has found to give the definition's output for every sum
// (src/ops/line-scaling.ts). For two kinds of chips; and where the least output is the zero point, as after a
// ReLU, without what sums below zero need.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/clamped_to_bits.h"
#include "bandsmith/nn/sign_of.h"

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

/** NarrowScaling for sums of two bits more, which small multipliers let matter, by three products. */
struct FineScaling {
  int32_t start;
  /** mantissa = (high · 2^11 + middle) · 2^11 + low, below 2^32. */
  int32_t high;
  int32_t middle;
  int32_t low;
  int32_t rounding;
  int32_t shift;
};

/** NarrowScaling for layers that have outputs below the zero point, too. */
struct NarrowSignedScaling {
  int32_t start;
  int32_t high;
  int32_t low;
  int32_t rounding;
  int32_t shift;
  /** Added to the rounding of sums below zero. */
  int32_t negative;
};

/** Of any layer, by a mantissa below 2^26. */
struct SignedScaling {
  int32_t start;
  /** The first sum of the least output from zero down. */
  int32_t bottom;
  int32_t top;
  int32_t high;
  int32_t low;
  int32_t rounding;
  int32_t shift;
  /** As above. */
  int32_t negative;
};

constexpr int32_t kSumBits = 18;
constexpr int32_t kSplitBits = 13;
constexpr int32_t kFineSumBits = 20;
constexpr int32_t kFineSplitBits = 11;

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

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const FineScaling& channel,
                                                  const ClampedRange& /*range*/) {
  const int32_t x = clampedToBits<kFineSumBits>(sum);
  // The lower parts stay within 32 bits together: 2^20 · (2^11 - 1) and 2^20 more.
  const int32_t lower = (x * channel.middle + (x * channel.low >> kFineSplitBits)) >> kFineSplitBits;
  const int32_t line = x * channel.high + lower + channel.rounding;
  return static_cast<int8_t>(clampedToBits<7>(line >> channel.shift));
}

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const NarrowSignedScaling& channel,
                                                  const ClampedRange& /*range*/) {
  const int32_t x = clampedToBits<kSumBits>(sum);
  const int32_t rounding = channel.rounding + (signOf(x) & channel.negative);
  const int32_t line = x * channel.high + (x * channel.low >> kSplitBits) + rounding;
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

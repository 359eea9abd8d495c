// A layer's end for sums that the compiler has bounded: one rounding step after the other as
// multiplyByQuantizedMultiplier has them, but without its branches, and with the zero point folded in.
//
// Let x be the sum, |x| < 2^30, m the mantissa, e ≥ 1 the shift to the right and z the output's zero point.
// As m ≥ 0,
//   h = floor((m · x + 2^30) / 2^31)                       SaturatingRoundingDoublingHighMul: halves go up
//   r = floor((h + 2^(e−1) − (x < 0) + z · 2^e) / 2^e)     RoundingDivideByPOT plus z, since z · 2^e leaves
//   the floor
// RoundingDivideByPOT asks for h < 0; where x < 0 and h is 0, r is z either way. With e = 0 there is no
// second rounding, and r is h + z; as requantized() takes one off where x < 0, that is for layers alone whose
// least output is z, to which scaledOutput() clamps. The compiler uses this where no step can leave 32 bits
// (src/ops/channel-scaling.ts); test/firmware/channel-scaling.test.ts holds it to the definition.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/sign_of.h"

namespace bandsmith {

/** Four numbers a channel, as they stand in a table of int32. */
struct ChannelScaling {
  /** Where the sum of weight × stored input begins: the bias less zero point × sum of the weights. */
  int32_t start;
  int32_t mantissa;
  /** 2^(e−1) + z · 2^e, and z where e is 0. */
  int32_t rounding;
  /** e. */
  int32_t shift;
};

/** The least and largest output: int8's own, or a fused activation's. */
struct ClampedRange {
  int32_t min;
  int32_t max;
};

/** h by a product of 64 bits: for cores that give its upper half in one instruction. */
[[gnu::always_inline]] constexpr int32_t highProduct(int32_t x, int32_t mantissa) {
  // With 2m as an unsigned number, h is the upper half plus the top bit of the lower.
  const int64_t product =
      static_cast<int64_t>(x) * static_cast<int64_t>(static_cast<uint32_t>(mantissa) << 1);
  return static_cast<int32_t>(product >> 32) + static_cast<int32_t>(static_cast<uint32_t>(product) >> 31);
}

/** h by products of 16-bit halves, x = a · 2^16 + b and m = c · 2^16 + d: for cores that have only those. */
[[gnu::always_inline]] constexpr int32_t highProductOfHalves(int32_t x, int32_t mantissa) {
  const int32_t a = x >> 16;
  const uint32_t b = static_cast<uint16_t>(x);
  const int32_t c = mantissa >> 16;
  const uint32_t d = static_cast<uint16_t>(mantissa);
  // b·c + b·d / 2^16 is below 2^31 - 2^15, and |a·d| at most 2^30 - 2^14: with 2^30 more, the sum is a
  // uint32.
  constexpr uint32_t kRounding = UINT32_C(1) << 14;
  constexpr uint32_t kPositive = UINT32_C(1) << 30;
  const uint32_t middle =
      b * static_cast<uint32_t>(c) + (b * d >> 16) + static_cast<uint32_t>(a) * d + (kRounding + kPositive);
  return 2 * (a * c) + static_cast<int32_t>(middle >> 15) - static_cast<int32_t>(kPositive >> 15);
}

[[gnu::always_inline]] constexpr int32_t requantized(int32_t sum, const ChannelScaling& channel) {
#if defined(__XTENSA__)
  const int32_t high = highProductOfHalves(sum, channel.mantissa);
#else
  const int32_t high = highProduct(sum, channel.mantissa);
#endif
  return (high + signOf(sum) + channel.rounding) >> channel.shift;
}

[[gnu::always_inline]] inline int8_t clamped(int32_t value, const ClampedRange& range) {
  int32_t result = value < range.min ? range.min : value;
  if (result > range.max) result = range.max;
  // One narrowing at the end: the compiler would narrow in each branch.
  __asm__("" : "+r"(result));
  return static_cast<int8_t>(result);
}

[[gnu::always_inline]] inline int8_t scaledOutput(int32_t sum, const ChannelScaling& channel,
                                                  const ClampedRange& range) {
  return clamped(requantized(sum, channel), range);
}

}  // namespace bandsmith

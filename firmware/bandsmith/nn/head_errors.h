// Softmax less the true class, in integers: powers of two from a table of 64 steps, then one exact division a
// class (the host's twin: src/personalize/softmax-errors.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/head_integers.h"

namespace bandsmith {

constexpr int32_t kErrorBits = 14;

/** round(2^16 · 2^(−i / 64)) */
inline constexpr int32_t kNegativePowers[] = {
    65536, 64830, 64132, 63441, 62757, 62081, 61413, 60751, 60097, 59449, 58809, 58176, 57549,
    56929, 56316, 55709, 55109, 54515, 53928, 53347, 52773, 52204, 51642, 51085, 50535, 49991,
    49452, 48920, 48393, 47871, 47356, 46846, 46341, 45842, 45348, 44859, 44376, 43898, 43425,
    42958, 42495, 42037, 41584, 41136, 40693, 40255, 39821, 39392, 38968, 38548, 38133, 37722,
    37316, 36914, 36516, 36123, 35734, 35349, 34968, 34591, 34219, 33850, 33486, 33125, 32768};

/** Differences of logits to powers of two with 16 fractional bits. */
struct LogitScaling {
  Multiplier multiplier;
  /** From this difference on the power is nothing. */
  uint32_t nothing;
};

/** step: what one unit of the logits stands for. */
inline LogitScaling logitScaling(double step) {
  const double real = step * 94548.46;
  const double nothing = (18 * 65536) / real;
  return {quantizeMultiplier(real), nothing < INT32_MAX ? static_cast<uint32_t>(nothing) : INT32_MAX};
}

/** 2^−(power / 2^16) with 16 fractional bits. 0 ≤ power ≤ 18 · 2^16. */
constexpr int32_t negativePowerOfTwo(int32_t power) {
  const int32_t index = (power & 0xffff) >> 10;
  const int32_t above = kNegativePowers[index];
  const int32_t shift = 10 + (power >> 16);
  const int32_t line = above * 1024 - (above - kNegativePowers[index + 1]) * (power & 1023);
  return (line + (INT32_C(1) << (shift - 1))) >> shift;
}

/** Turns the logits of one window into errors, in place. */
inline void softmaxErrors(int32_t* logits, int32_t classes, int32_t label, const LogitScaling& scaling) {
  int32_t largest = logits[0];
  for (int32_t k = 1; k < classes; ++k) {
    if (logits[k] > largest) largest = logits[k];
  }
  uint32_t sum = 0;
  for (int32_t k = 0; k < classes; ++k) {
    const uint32_t below = static_cast<uint32_t>(largest) - static_cast<uint32_t>(logits[k]);
    const int32_t power = below >= scaling.nothing
                              ? 0
                              : negativePowerOfTwo(scaled(static_cast<int32_t>(below), scaling.multiplier));
    logits[k] = power;
    sum += static_cast<uint32_t>(power);
  }
  constexpr int32_t kOne = INT32_C(1) << kErrorBits;
  for (int32_t k = 0; k < classes; ++k) {
    // At most 2^31 and half the sum, which fits 32 bits.
    const uint32_t share = ((static_cast<uint32_t>(logits[k]) << kErrorBits) + (sum >> 1)) / sum;
    const int32_t error = static_cast<int32_t>(share) - (k == label ? kOne : 0);
    logits[k] = static_cast<int32_t>(clampTo(error, 1 - kOne, kOne - 1));
  }
}

}  // namespace bandsmith

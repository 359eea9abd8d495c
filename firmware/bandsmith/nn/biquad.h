// One second-order section of a streaming filter, in integers (the host's twin: src/signal/filter.ts).
// Samples carry 8 fractional bits, coefficients 24.
#pragma once

#include <stdint.h>

namespace bandsmith {

/** Coefficients × 2^24, a0 = 1. `dcGain` (0 or 1) is the gain at rest, for the state at start-up. */
struct BiquadCoefficients {
  int32_t b0;
  int32_t b1;
  int32_t b2;
  int32_t a1;
  int32_t a2;
  int32_t dcGain;
};

/** The last two inputs and outputs. */
struct BiquadState {
  int32_t x1;
  int32_t x2;
  int32_t y1;
  int32_t y2;
};

constexpr int32_t kCoefficientFractionBits = 24;
constexpr int64_t kCoefficientHalf = INT64_C(1) << (kCoefficientFractionBits - 1);
/** Outputs saturate here, as on the host, whose sums must fit the 53 bits of a double. */
constexpr int64_t kSampleLimit = INT64_C(1) << 25;

constexpr int32_t saturateSample(int64_t value) {
  return static_cast<int32_t>(value > kSampleLimit    ? kSampleLimit
                              : value < -kSampleLimit ? -kSampleLimit
                                                      : value);
}

/** The state of a section that has seen `x` for ever. */
constexpr BiquadState settled(const BiquadCoefficients& section, int32_t x) {
  const int32_t y = section.dcGain == 0 ? 0 : x;
  return {x, x, y, y};
}

/** Direct form I with one rounding, half up, then saturation. */
constexpr int32_t stepBiquad(const BiquadCoefficients& section, BiquadState& state, int32_t x) {
  const int64_t sum = static_cast<int64_t>(section.b0) * x + static_cast<int64_t>(section.b1) * state.x1 +
                      static_cast<int64_t>(section.b2) * state.x2 -
                      static_cast<int64_t>(section.a1) * state.y1 -
                      static_cast<int64_t>(section.a2) * state.y2;
  const int64_t rounded = (sum + kCoefficientHalf) >> kCoefficientFractionBits;
  const int32_t y = saturateSample(rounded);
  state = {x, state.x1, y, state.y1};
  return y;
}

}  // namespace bandsmith

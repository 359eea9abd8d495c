// From raw sensor counts to the network's int8 input by integers alone (the host's twin:
// src/signal/frontend.ts).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/biquad.h"
#include "bandsmith/nn/fixedpoint.h"
#include "bandsmith/nn/wrist.h"

namespace bandsmith {

/** ax, ay, az, gx, gy, gz. */
constexpr size_t kChannelCount = 6;
constexpr size_t kAxisCount = 3;
/** Order six at most, two orders a section. */
constexpr size_t kMaxSections = 3;
/** A sample inside the signal path is counts × 2^8. */
constexpr int32_t kSampleOne = 256;

/** A wearer's axis as a signed axis of the mounted chip. */
struct SignedAxis {
  uint8_t axis;
  int8_t sign;
};

/** One filter on some channels; with `subtract` the output is the input minus the filtered (gravity removal).
 */
struct FilterStage {
  uint8_t channelCount;
  uint8_t channels[kChannelCount];
  bool subtract;
  uint8_t sectionCount;
  BiquadCoefficients sections[kMaxSections];
};

/** One channel's step to int8: zero point + (x − offset) · mantissa · 2^(shift − 31). */
struct ChannelQuantizer {
  int32_t offset;
  int32_t mantissa;
  int32_t shift;
};

/** What is fitted in training and generated into the project's band_config.h. */
struct FrontEndConfig {
  SignedAxis axes[kAxisCount];
  uint8_t stageCount;
  const FilterStage* stages;
  ChannelQuantizer channels[kChannelCount];
  int8_t zeroPoint;
  /** How the band is worn until somebody says otherwise. */
  WristOrientation wrist;
};

/** Filter states that a configuration needs: one a stage, channel and section. */
constexpr size_t biquadStateCount(const FrontEndConfig& config) {
  size_t count = 0;
  for (size_t s = 0; s < config.stageCount; ++s) {
    count += static_cast<size_t>(config.stages[s].channelCount) * config.stages[s].sectionCount;
  }
  return count;
}

/** −32768 has no positive int16, so its negative saturates. */
constexpr int32_t applySign(int16_t value, bool negative) {
  return !negative ? value : value == INT16_MIN ? INT16_MAX : -value;
}

class FrontEnd {
 public:
  /** `states`: biquadStateCount(config) of them, owned by the caller. */
  FrontEnd(const FrontEndConfig& config, BiquadState* states)
      : config_(config), states_(states), wrist_(config.wrist) {}

  /** Forgets the past: the next sample is taken as having been there for ever. */
  void reset() { fresh_ = true; }

  /** How the band is worn from now on. Forgets the past. */
  void wear(WristOrientation wrist) {
    wrist_ = wrist;
    reset();
  }

  WristOrientation wrist() const { return wrist_; }
  /** Until somebody said otherwise. */
  WristOrientation builtWrist() const { return config_.wrist; }

  /** `counts`: six raw counts in the chip's axes; `out`: six values for the network. */
  void push(const int16_t* counts, int8_t* out) {
    int32_t sample[kChannelCount];
    const int8_t* signs = kWristSigns[static_cast<size_t>(wrist_)];
    for (size_t base = 0; base < kChannelCount; base += kAxisCount) {
      for (size_t i = 0; i < kAxisCount; ++i) {
        const SignedAxis& source = config_.axes[i];
        const bool negative = (source.sign < 0) != (signs[base + i] < 0);
        sample[base + i] = applySign(counts[base + source.axis], negative) * kSampleOne;
      }
    }
    filter(sample);
    for (size_t c = 0; c < kChannelCount; ++c) out[c] = quantize(sample[c], config_.channels[c]);
  }

 private:
  void filter(int32_t* sample) {
    BiquadState* state = states_;
    for (size_t s = 0; s < config_.stageCount; ++s) {
      const FilterStage& stage = config_.stages[s];
      for (size_t c = 0; c < stage.channelCount; ++c) {
        const int32_t input = sample[stage.channels[c]];
        int32_t value = input;
        for (size_t k = 0; k < stage.sectionCount; ++k) {
          if (fresh_) *state = settled(stage.sections[k], value);
          value = stepBiquad(stage.sections[k], *state, value);
          ++state;
        }
        sample[stage.channels[c]] =
            stage.subtract ? saturateSample(static_cast<int64_t>(input) - value) : value;
      }
    }
    fresh_ = false;
  }

  int8_t quantize(int32_t value, const ChannelQuantizer& channel) const {
    const int32_t centred = wrappingSubtract(value, channel.offset);
    const int32_t scaled = multiplyByQuantizedMultiplier(centred, channel.mantissa, channel.shift);
    // A saturated product plus the zero point may leave int32.
    const int64_t shifted = static_cast<int64_t>(scaled) + config_.zeroPoint;
    return static_cast<int8_t>(shifted < INT8_MIN ? INT8_MIN : shifted > INT8_MAX ? INT8_MAX : shifted);
  }

  const FrontEndConfig& config_;
  BiquadState* states_;
  WristOrientation wrist_;
  bool fresh_ = true;
};

}  // namespace bandsmith

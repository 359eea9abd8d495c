// From the network's outputs to an activity.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

struct Decision {
  size_t label;
  /** 0 to 100. */
  uint8_t confidencePercent;
};

/** Softmax outputs have scale 1/256 and zero point −128 (TFLite's int8 specification). */
constexpr int32_t kProbabilityOne = 256;
constexpr int32_t kProbabilityZeroPoint = -128;

/** The likeliest class; of equals the first. */
constexpr Decision decide(const int8_t* output, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; ++i) {
    if (output[i] > output[best]) best = i;
  }
  const int32_t probability = output[best] - kProbabilityZeroPoint;
  return {best, static_cast<uint8_t>((probability * 100 + kProbabilityOne / 2) / kProbabilityOne)};
}

}  // namespace bandsmith

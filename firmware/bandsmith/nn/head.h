// The last dense layer and its softmax as a thing of its own, whose weights come at run time: what a wearer's
// own head is run with (the host's twin: src/personalize/head.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/fully_connected.h"
#include "bandsmith/nn/head_integers.h"
#include "bandsmith/nn/softmax.h"

namespace bandsmith {

constexpr int32_t kMostHeadFeatures = 256;
constexpr int32_t kFewestHeadClasses = 2;
constexpr int32_t kMostHeadClasses = 32;

/** FULLY_CONNECTED without an activation, one symmetric scale for its weights; SOFTMAX to 1/256, −128. */
struct Head {
  int32_t features;
  int32_t classes;
  float inputScale;
  int32_t inputZeroPoint;
  float weightScale;
  float outputScale;
  int32_t outputZeroPoint;
  /** [classes, features] */
  const int8_t* weights;
  /** [classes], at inputScale · weightScale. */
  const int32_t* biases;
};

/** Whether TensorFlow Lite could compute with these scales and zero points: a file may say anything. */
inline bool isComputable(const Head& head) {
  // The largest float: neither infinity nor what is no number stands below it.
  constexpr float kLargest = 3.40282347e+38F;
  const auto isScale = [](float scale) { return scale > 0 && scale <= kLargest; };
  const auto isInt8 = [](int32_t value) { return value >= INT8_MIN && value <= INT8_MAX; };
  if (!isScale(head.inputScale) || !isScale(head.weightScale) || !isScale(head.outputScale)) return false;
  if (!isInt8(head.inputZeroPoint) || !isInt8(head.outputZeroPoint)) return false;
  const double product = static_cast<double>(head.inputScale) * static_cast<double>(head.weightScale);
  constexpr int32_t kMostLeft = 30;
  constexpr double kOne = INT32_C(1) << 26;
  return quantizeMultiplier(product / static_cast<double>(head.outputScale)).shift <= kMostLeft &&
         static_cast<double>(head.outputScale) * kOne > 1;
}

/** A head with its multipliers worked out. It points to the weights and biases, and owns nothing. */
struct HeadView {
  int32_t features;
  int32_t classes;
  int32_t inputZeroPoint;
  int32_t outputZeroPoint;
  const int8_t* weights;
  const int32_t* biases;
  Multiplier logits;
  Multiplier difference;
  int32_t smallestDifference;
};

/** By TFLite's own rules: products and quotients of scales are double. The head is computable. */
inline HeadView viewOf(const Head& head) {
  const double product = static_cast<double>(head.inputScale) * static_cast<double>(head.weightScale);
  const double logits = product / static_cast<double>(head.outputScale);
  // Five integer bits: CalculateInputRadius and PreprocessSoftmaxScaling with beta 1.
  constexpr int32_t kOne = INT32_C(1) << 26;
  const double difference = static_cast<double>(head.outputScale) * kOne;
  const double bounded = difference < INT32_MAX ? difference : static_cast<double>(INT32_MAX);
  const Multiplier scaling = quantizeMultiplier(bounded);
  const int64_t radius = INT64_C(31) * kOne >> scaling.shift;
  return {head.features,
          head.classes,
          head.inputZeroPoint,
          head.outputZeroPoint,
          head.weights,
          head.biases,
          quantizeMultiplier(logits),
          scaling,
          static_cast<int32_t>(-radius)};
}

/** features: int8 [features]; out: int8 [classes], 1/256 and −128. */
inline void runHead(const HeadView& view, const int8_t* features, int8_t* out) {
  // A class at a time: the kernel wants a multiplier a class, and all have the same.
  const int8_t shift = static_cast<int8_t>(view.logits.shift);
  FullyConnectedParameters dense = {1,
                                    view.features,
                                    1,
                                    view.inputZeroPoint,
                                    0,
                                    {view.outputZeroPoint, INT8_MIN, INT8_MAX},
                                    view.weights,
                                    view.biases,
                                    &view.logits.mantissa,
                                    &shift};
  for (int32_t k = 0; k < view.classes; ++k) {
    fullyConnected(dense, features, out + k);
    dense.weights += view.features;
    ++dense.bias;
  }
  const SoftmaxParameters last = {1, view.classes, view.difference.mantissa, view.difference.shift,
                                  view.smallestDifference};
  softmax(last, out, out);
}

}  // namespace bandsmith

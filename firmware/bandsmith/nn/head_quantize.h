// A solution as an int8 head (the host's twin: src/personalize/quantize-head.ts): one scale for all weights,
// biases at the product of the scales, and the range of logits that the wearer's own windows have.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/head_solver.h"

namespace bandsmith {

struct LogitRange {
  int32_t lowest;
  int32_t highest;
};

inline LogitRange rangeOfLogits(const Head& head, const HeadExamples& examples) {
  LogitRange range = {0, 0};
  const int8_t* row = examples.features;
  for (int32_t w = 0; w < examples.windows; ++w, row += head.features) {
    const int8_t* weight = head.weights;
    for (int32_t k = 0; k < head.classes; ++k) {
      int32_t sum = head.biases[k];
      for (int32_t j = 0; j < head.features; ++j) sum += *weight++ * (row[j] - head.inputZeroPoint);
      if (sum < range.lowest) range.lowest = sum;
      if (sum > range.highest) range.highest = sum;
    }
  }
  return range;
}

/** weights: [classes, features] and biases: [classes] are the caller's; the head that comes back points to
 * them. */
inline Head quantizeHead(const HeadSolver& solver, int8_t* weights, int32_t* biases) {
  const Head& general = solver.general();
  const HeadExamples& examples = solver.examples();
  const int32_t width = general.features;
  const int32_t pitch = width + 1;
  // Below this the biases would leave half of int32.
  int64_t largest = INT64_C(1) << 15;
  for (int32_t k = 0; k < examples.classes; ++k) {
    for (int32_t j = 0; j < width; ++j) {
      const int64_t magnitude = magnitudeOf(solver.weights()[k * pitch + j]);
      if (magnitude > largest) largest = magnitude;
    }
  }
  const double unscaled = static_cast<double>(general.weightScale) * static_cast<double>(largest);
  constexpr double kSteps = 127.0 * (1 << HeadSolver::kWeightBits);
  const float weightScale = static_cast<float>(unscaled / kSteps);
  for (int32_t k = 0; k < examples.classes; ++k) {
    const int32_t* row = solver.weights() + k * pitch;
    int64_t bias = divideRounded(static_cast<int64_t>(row[width]) * HeadSolver::kBiasFeature * 127, largest);
    for (int32_t j = 0; j < width; ++j) {
      const int64_t weight = divideRounded(static_cast<int64_t>(row[j]) * 127, largest);
      weights[k * width + j] = static_cast<int8_t>(weight);
      // The int8 weights themselves, so that the logits at the centre are kept.
      bias -= weight * (solver.centre()[j] - general.inputZeroPoint);
    }
    biases[k] = static_cast<int32_t>(bias);
  }
  Head head = {
      width, examples.classes, general.inputScale, general.inputZeroPoint, weightScale, 0, 0, weights,
      biases};
  const LogitRange range = rangeOfLogits(head, examples);
  const int64_t difference = static_cast<int64_t>(range.highest) - range.lowest;
  const int64_t span = difference > 255 ? difference : 255;
  const double step = static_cast<double>(general.inputScale) * static_cast<double>(weightScale);
  const double product = step * static_cast<double>(span);
  const float outputScale = static_cast<float>(product / 255);
  // The finest scale of logits: of a head that tells nothing apart.
  constexpr float kFinestScale = 1.0F / (1 << 20);
  head.outputScale = outputScale > kFinestScale ? outputScale : kFinestScale;
  const int64_t zeroPoint = divideRounded(-static_cast<int64_t>(range.lowest) * 255, span) - 128;
  head.outputZeroPoint = static_cast<int32_t>(clampTo(zeroPoint, INT8_MIN, INT8_MAX));
  return head;
}

}  // namespace bandsmith

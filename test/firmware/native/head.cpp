// Heads fitted, quantised and run, callable from the tests.
#include "bandsmith/nn/head.h"
#include "bandsmith/nn/head_quantize.h"
#include "bandsmith/nn/head_solver.h"

using namespace bandsmith;

namespace {

constexpr int32_t kValues = kMostHeadClasses * kMostHeadFeatures;

int8_t generalWeights[kValues];
int32_t generalBiases[kMostHeadClasses];
int8_t generalClass[kMostHeadClasses];
int16_t factor[kMostHeadFeatures * (kMostHeadFeatures + 1) / 2];
int8_t features[kMostHeadWindows * kMostHeadFeatures];
uint8_t classOf[256 + kMostHeadWindows];
alignas(8) uint8_t memory[HeadSolver::memoryFor(kMostHeadFeatures, kMostHeadClasses)];
HeadSolver solver;
int8_t weights[kValues];
int32_t biases[kMostHeadClasses];
Head fitted;
int8_t outputs[kMostHeadClasses];

}  // namespace

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

EXPORT(general_weights_at) int8_t* generalWeightsAt() {
  return generalWeights;
}
EXPORT(general_biases_at) int32_t* generalBiasesAt() {
  return generalBiases;
}
EXPORT(general_class_at) int8_t* generalClassAt() {
  return generalClass;
}
EXPORT(factor_at) int16_t* factorAt() {
  return factor;
}
EXPORT(features_at) int8_t* featuresAt() {
  return features;
}
EXPORT(class_of_at) uint8_t* classOfAt() {
  return classOf;
}
EXPORT(weights_at) int8_t* weightsAt() {
  return weights;
}
EXPORT(biases_at) int32_t* biasesAt() {
  return biases;
}
EXPORT(outputs_at) int8_t* outputsAt() {
  return outputs;
}
EXPORT(solution_at) const int32_t* solutionAt() {
  return solver.weights();
}

EXPORT(memory_for) size_t memoryFor(int32_t width, int32_t classes) {
  return HeadSolver::memoryFor(width, classes);
}

/** Fits all the rounds and quantises; memory is filled first, as nothing in it may count. */
EXPORT(fit)
int32_t fit(int32_t width, int32_t generalClasses, int32_t classes, int32_t windows, float inputScale,
            int32_t inputZeroPoint, float weightScale, size_t bytes, uint8_t filling,
            int32_t metricFeatures) {
  for (uint8_t& byte : memory) byte = filling;
  const Head general = {width, generalClasses, inputScale,   inputZeroPoint, weightScale, 1,
                        0,     generalWeights, generalBiases};
  const HeadExamples examples = {windows, classes, features, classOf, generalClass};
  const FitProblem problem = solver.begin(general, {metricFeatures, factor}, examples, memory, bytes);
  if (problem != FitProblem::kNone) return static_cast<int32_t>(problem);
  while (solver.advance()) {
  }
  fitted = quantizeHead(solver, weights, biases);
  return 0;
}

EXPORT(weight_scale) float weightScale() {
  return fitted.weightScale;
}
EXPORT(output_scale) float outputScale() {
  return fitted.outputScale;
}
EXPORT(output_zero_point) int32_t outputZeroPoint() {
  return fitted.outputZeroPoint;
}

/** The fitted head on a window's features. */
EXPORT(run_fitted) void runFitted(int32_t window) {
  runHead(viewOf(fitted), features + window * fitted.features, outputs);
}

EXPORT(mantissa_of) int32_t mantissaOf(double real) {
  return quantizeMultiplier(real).mantissa;
}
EXPORT(shift_of) int32_t shiftOf(double real) {
  return quantizeMultiplier(real).shift;
}

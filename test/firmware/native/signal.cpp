// The front end and the fixed-point arithmetic, callable from the tests: batches through flat arrays.
#include "bandsmith/nn/frontend.h"
#include "bandsmith/nn/gemmlowp.h"
#include "bandsmith/nn/int16_activations.h"

using namespace bandsmith;

namespace {

constexpr size_t kMaxStages = 8;
constexpr size_t kMaxBatch = 4096;
constexpr size_t kStageWords = 1 + kChannelCount + 1 + 1 + kMaxSections * 6;

// axes (axis, sign) × 3, stage count, quantisers × 6 of 3, zero point, then the stages.
int32_t configuration[3 * 2 + 1 + 6 * 3 + 1 + kMaxStages * kStageWords];
int16_t counts[kMaxBatch * kChannelCount];
int8_t outputs[kMaxBatch * kChannelCount];
int32_t operands[3 * kMaxBatch];
int32_t results[kMaxBatch];

FilterStage stages[kMaxStages];
FrontEndConfig config;
BiquadState states[kMaxStages * kChannelCount * kMaxSections];
FrontEnd frontEnd(config, states);

}  // namespace

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

EXPORT(configuration_at) int32_t* configurationAt() {
  return configuration;
}
EXPORT(counts_at) int16_t* countsAt() {
  return counts;
}
EXPORT(outputs_at) int8_t* outputsAt() {
  return outputs;
}
EXPORT(operands_at) int32_t* operandsAt() {
  return operands;
}
EXPORT(results_at) int32_t* resultsAt() {
  return results;
}

/** Takes over `configuration` and starts afresh. */
EXPORT(configure) void configure() {
  const int32_t* word = configuration;
  config = {};
  for (SignedAxis& axis : config.axes) {
    axis.axis = static_cast<uint8_t>(*word++);
    axis.sign = static_cast<int8_t>(*word++);
  }
  config.stageCount = static_cast<uint8_t>(*word++);
  config.stages = stages;
  for (ChannelQuantizer& channel : config.channels) {
    channel = {word[0], word[1], word[2]};
    word += 3;
  }
  config.zeroPoint = static_cast<int8_t>(*word++);
  for (size_t s = 0; s < config.stageCount; ++s) {
    FilterStage& stage = stages[s];
    stage.channelCount = static_cast<uint8_t>(*word++);
    for (uint8_t& channel : stage.channels) channel = static_cast<uint8_t>(*word++);
    stage.subtract = *word++ != 0;
    stage.sectionCount = static_cast<uint8_t>(*word++);
    for (BiquadCoefficients& section : stage.sections) {
      section = {word[0], word[1], word[2], word[3], word[4], word[5]};
      word += 6;
    }
  }
  frontEnd.reset();
}

EXPORT(reset) void reset() {
  frontEnd.reset();
}

EXPORT(wear) void wear(uint8_t wrist) {
  frontEnd.wear(static_cast<WristOrientation>(wrist));
}

EXPORT(push) void push(size_t samples) {
  for (size_t i = 0; i < samples; ++i) frontEnd.push(counts + i * kChannelCount, outputs + i * kChannelCount);
}

/** operands: triples x, mantissa, shift. */
EXPORT(multiply) void multiply(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const int32_t* triple = operands + 3 * i;
    results[i] = multiplyByQuantizedMultiplier(triple[0], triple[1], triple[2]);
  }
}

/** operands: triples a, b, unused. */
EXPORT(high_mul) void highMul(size_t count) {
  for (size_t i = 0; i < count; ++i) results[i] = doublingHighMul(operands[3 * i], operands[3 * i + 1]);
}

/** operands: triples x, unused, unused. */
EXPORT(logistic_int16) void logisticBatch(size_t count) {
  for (size_t i = 0; i < count; ++i) results[i] = logisticInt16(operands[3 * i]);
}

/** operands: triples x, multiplier, shift. */
EXPORT(tanh_int16) void tanhBatch(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const int32_t* triple = operands + 3 * i;
    results[i] = tanhInt16(triple[0], triple[1], triple[2]);
  }
}

/** operands: triples a, unused, unused. */
EXPORT(exp_q5) void expBatch(size_t count) {
  for (size_t i = 0; i < count; ++i) results[i] = expOnNegativeValues(operands[3 * i]);
}

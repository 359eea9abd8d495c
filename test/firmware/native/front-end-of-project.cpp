// A generated project's own front end: its band_config.h, run sample by sample.
#include "band_config.h"

namespace {
int16_t counts[bandsmith::kChannelCount];
int8_t outputs[bandsmith::kChannelCount];
bandsmith::BiquadState states[config::kFilterStates];
bandsmith::FrontEnd frontEnd(config::kFrontEnd, states);
}  // namespace

extern "C" {
__attribute__((export_name("counts_at"))) int16_t* countsAt() {
  return counts;
}
__attribute__((export_name("outputs_at"))) int8_t* outputsAt() {
  return outputs;
}
__attribute__((export_name("label_at"))) const char* labelAt(int32_t index) {
  return config::kLabels[index];
}
__attribute__((export_name("push"))) void push() {
  frontEnd.push(counts, outputs);
}
}

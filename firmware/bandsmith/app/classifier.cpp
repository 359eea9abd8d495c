// One sample after the other.
#include "bandsmith/app/classifier.h"

#include "bandsmith/app/crc32.h"

namespace bandsmith {

void Classifier::reset() {
  frontEnd_.reset();
  ring_.reset();
  smoother_.reset(head_.labelCount());
  samples_ = 0;
}

void Classifier::wear(WristOrientation wrist) {
  frontEnd_.wear(composed(frontEnd_.builtWrist(), wrist));
  reset();
}

int8_t* Classifier::lendWindow() {
  reset();
  return ring_.lend();
}

Push Classifier::push(const RawSample& sample) {
  int8_t values[kChannelCount];
  frontEnd_.push(sample.counts, values);
  ++samples_;
  if (!ring_.push(values)) return Push::more;
  const int8_t* window = ring_.inOrder();
  result_.inputCrc = crc32(window, ring_.windowBytes());
  const uint64_t started = clock_.micros();
  const int8_t* output = head_.outputs(engine_, engine_.invoke(window));
  result_.micros = clock_.micros() - started;
  if (output == nullptr) return Push::engineFailed;
  result_.output = output;
  result_.decision = decide(output, head_.labelCount());
  result_.activity = smoother_.push(output);
  return Push::window;
}

}  // namespace bandsmith

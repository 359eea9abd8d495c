// The detector of a band's orientation, callable from the tests.
#include "bandsmith/app/wrist_detector.h"

using namespace bandsmith;

namespace {

constexpr size_t kMostClasses = 32;
constexpr size_t kMostBatch = 4096;

int16_t counts[kMostBatch * kChannelCount];
WristClass classes[kMostClasses];
SignedAxis axes[kAxisCount];
WristReference reference = {classes, 0, 0};
WristDetector detector(reference, axes);

int32_t answer(bool sure, WristOrientation wrist) {
  return sure ? static_cast<int32_t>(wrist) : -1;
}

}  // namespace

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

EXPORT(counts_at) int16_t* countsAt() {
  return counts;
}
/** Five int8 a class. */
EXPORT(classes_at) WristClass* classesAt() {
  return classes;
}

EXPORT(set_axis) void setAxis(size_t i, uint8_t axis, int8_t sign) {
  axes[i] = {axis, sign};
}
EXPORT(begin) void begin(size_t classCount, int32_t unit) {
  reference.classCount = classCount;
  reference.unit = unit;
  detector.reset();
}
EXPORT(push) void push(size_t samples) {
  for (size_t i = 0; i < samples; ++i) detector.push(counts + i * kChannelCount);
}
EXPORT(close_labelled) void closeLabelled(size_t label) {
  detector.close(label);
}
EXPORT(close_unlabelled) void closeUnlabelled() {
  detector.close();
}
EXPORT(by_label) int32_t byLabel() {
  WristOrientation wrist = WristOrientation::same;
  const bool sure = detector.byLabel(wrist);
  return answer(sure, wrist);
}
EXPORT(by_itself) int32_t byItself() {
  WristOrientation wrist = WristOrientation::same;
  const bool sure = detector.byItself(wrist);
  return answer(sure, wrist);
}

// Sums a window, and what the windows say.
#include "bandsmith/app/wrist_detector.h"

namespace bandsmith {

namespace {

constexpr int32_t absolute(int32_t value) {
  return value < 0 ? -value : value;
}

constexpr int64_t absolute(int64_t value) {
  return value < 0 ? -value : value;
}

constexpr int32_t smaller(int32_t a, int32_t b) {
  return a < b ? a : b;
}

}  // namespace

void WristDetector::reset() {
  for (int32_t& sum : sums_) sum = 0;
  for (int64_t& sum : evidence_) sum = 0;
  for (int64_t& sum : said_) sum = 0;
  for (int64_t& cost : costs_) cost = 0;
  samples_ = 0;
  windows_ = labelled_ = 0;
}

void WristDetector::push(const int16_t* counts) {
  if (samples_ == kMostSamples) return;
  ++samples_;
  for (size_t i = 0; i < kAxisCount; ++i) sums_[i] += applySign(counts[axes_[i].axis], axes_[i].sign < 0);
}

void WristDetector::close() {
  Means means = {};
  (void)take(means);
}

void WristDetector::close(size_t label) {
  Means means = {};
  if (!take(means) || label >= reference_->classCount) return;
  ++labelled_;
  for (size_t i = 0; i < 2; ++i) {
    const int32_t most = reference_->classes[label].lean[i] * reference_->unit;
    const int32_t agreed = smaller(absolute(means.axis[i]), absolute(most));
    evidence_[i] += (means.axis[i] < 0) == (most < 0) ? agreed : -agreed;
    said_[i] += absolute(most);
  }
}

bool WristDetector::take(Means& means) {
  if (samples_ == 0 || reference_->classCount == 0) return false;
  for (size_t i = 0; i < kAxisCount; ++i) {
    means.axis[i] = sums_[i] / samples_;
    sums_[i] = 0;
  }
  samples_ = 0;
  ++windows_;
  for (size_t wrist = 0; wrist < kWristOrientations; ++wrist) costs_[wrist] += nearest(means, wrist);
  return true;
}

/** Distance, along the axes, to the nearest activity. */
int64_t WristDetector::nearest(const Means& means, size_t wrist) const {
  int32_t least = INT32_MAX;
  for (size_t c = 0; c < reference_->classCount; ++c) {
    int32_t distance = 0;
    for (size_t i = 0; i < kAxisCount; ++i) {
      const int32_t there = reference_->classes[c].mean[i] * reference_->unit;
      distance += absolute(kWristSigns[wrist][i] * means.axis[i] - there);
    }
    least = smaller(least, distance);
  }
  return least;
}

bool WristDetector::byLabel(WristOrientation& wrist) const {
  if (labelled_ < kLeastLabelled) return false;
  for (size_t i = 0; i < 2; ++i) {
    if (said_[i] == 0 || 2 * absolute(evidence_[i]) < said_[i]) return false;
  }
  const bool x = evidence_[0] < 0;
  const bool y = evidence_[1] < 0;
  // Either way y changes its sign when the band is turned; x changes it once more on the other wrist.
  wrist = static_cast<WristOrientation>((x != y ? 1U : 0U) | (y ? 2U : 0U));
  return true;
}

bool WristDetector::byItself(WristOrientation& wrist) const {
  if (windows_ < kLeastUnlabelled) return false;
  size_t best = 0;
  for (size_t i = 1; i < kWristOrientations; ++i) {
    if (costs_[i] < costs_[best]) best = i;
  }
  const int64_t margin = static_cast<int64_t>(kMargin * reference_->unit) * windows_;
  for (size_t i = 0; i < kWristOrientations; ++i) {
    if (i != best && costs_[i] - costs_[best] < margin) return false;
  }
  wrist = static_cast<WristOrientation>(best);
  return true;
}

}  // namespace bandsmith

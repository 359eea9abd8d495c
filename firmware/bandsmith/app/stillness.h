// Does the band lie still, and for how long?
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/drivers/mpu6050.h"

namespace bandsmith {

/** Counts the samples since which no axis of the accelerometer has left a band of `limitCounts`. */
class Stillness {
 public:
  explicit Stillness(int32_t limitCounts) : limit_(limitCounts) {}

  void reset() { samples_ = 0; }

  void push(const RawSample& sample) {
    bool within = samples_ > 0;
    for (size_t axis = 0; within && axis < kAxes; ++axis) {
      const int16_t count = sample.counts[axis];
      const int16_t low = count < low_[axis] ? count : low_[axis];
      const int16_t high = count > high_[axis] ? count : high_[axis];
      within = high - low <= limit_;
      if (within) {
        low_[axis] = low;
        high_[axis] = high;
      }
    }
    if (within) {
      ++samples_;
      return;
    }
    for (size_t axis = 0; axis < kAxes; ++axis) low_[axis] = high_[axis] = sample.counts[axis];
    samples_ = 1;
  }

  uint32_t samples() const { return samples_; }

 private:
  static constexpr size_t kAxes = 3;

  int32_t limit_;
  uint32_t samples_ = 0;
  int16_t low_[kAxes] = {};
  int16_t high_[kAxes] = {};
};

}  // namespace bandsmith

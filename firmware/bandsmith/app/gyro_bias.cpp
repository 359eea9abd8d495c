// Averages a stretch of rest.
#include "bandsmith/app/gyro_bias.h"

#include <string.h>

namespace bandsmith {

namespace {

constexpr char kKey[] = "gyro-bias";

/** As it lies in the store. */
struct StoredBias {
  int16_t range;
  int16_t counts[3];
};

int16_t saturate(int32_t value) {
  return static_cast<int16_t>(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

/** Nearest, ties away from zero. */
int32_t average(int32_t sum, int32_t count) {
  return (sum + (sum < 0 ? -count : count) / 2) / count;
}

}  // namespace

bool GyroBias::load() {
  StoredBias stored = {};
  const StoreResult read = store_.read(kKey, &stored, sizeof stored);
  unread_ = read == StoreResult::failed;
  if (read != StoreResult::ok) return false;
  if (stored.range != settings_.gyroRange) return false;
  memcpy(bias_, stored.counts, sizeof bias_);
  return true;
}

void GyroBias::measure() {
  memset(bias_, 0, sizeof bias_);
  measuring_ = true;
  taken_ = 0;
}

bool GyroBias::push(const RawSample& sample, bool& stored) {
  if (!measuring_) return false;
  if (taken_ == 0) {
    restart(sample);
    return false;
  }
  for (size_t i = 0; i < kChannels; ++i) {
    if (sample.counts[i] < low_[i]) low_[i] = sample.counts[i];
    if (sample.counts[i] > high_[i]) high_[i] = sample.counts[i];
    const int32_t limit = i < kAxes ? settings_.accelLimitCounts : settings_.gyroLimitCounts;
    if (high_[i] - low_[i] > limit) {
      restart(sample);
      return false;
    }
  }
  for (size_t axis = 0; axis < kAxes; ++axis) sums_[axis] += sample.counts[kAxes + axis];
  if (++taken_ < settings_.samples) return false;

  int16_t found[kAxes];
  for (size_t axis = 0; axis < kAxes; ++axis) {
    const int32_t mean = average(sums_[axis], taken_);
    // So steady and so fast: a turntable, or a wrist that turns evenly. Not rest.
    if (mean > settings_.largestCounts || mean < -settings_.largestCounts) {
      restart(sample);
      return false;
    }
    found[axis] = static_cast<int16_t>(mean);
  }
  memcpy(bias_, found, sizeof bias_);
  measuring_ = false;
  stored = save();
  return true;
}

void GyroBias::correct(RawSample& sample) const {
  for (size_t axis = 0; axis < kAxes; ++axis) {
    int16_t& count = sample.counts[kAxes + axis];
    count = saturate(count - bias_[axis]);
  }
}

void GyroBias::restart(const RawSample& sample) {
  taken_ = 1;
  for (size_t i = 0; i < kChannels; ++i) low_[i] = high_[i] = sample.counts[i];
  for (size_t axis = 0; axis < kAxes; ++axis) sums_[axis] = sample.counts[kAxes + axis];
}

bool GyroBias::save() {
  // What could not be read at the start must not be written over: the kept bias was measured at leisure.
  if (unread_) return load();
  StoredBias stored = {settings_.gyroRange, {}};
  memcpy(stored.counts, bias_, sizeof bias_);
  return store_.write(kKey, &stored, sizeof stored) == StoreResult::ok;
}

}  // namespace bandsmith

// What the gyroscope says at rest (up to 20 °/s, product specification rev. 3.4, p. 12), measured once and
// kept.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/drivers/mpu6050.h"
#include "bandsmith/hal/store.h"

namespace bandsmith {

struct GyroBiasSettings {
  /** Samples of rest that are averaged. */
  uint16_t samples;
  /** An axis that moves through more counts than that is not at rest. */
  int16_t accelLimitCounts;
  int16_t gyroLimitCounts;
  /** A bias beyond it is no bias. */
  int16_t largestCounts;
  /** FS_SEL: a bias of another range is another number. */
  uint8_t gyroRange;
};

class GyroBias {
 public:
  GyroBias(const GyroBiasSettings& settings, Store& store) : settings_(settings), store_(store) {}

  /** Takes the stored bias; false where there is none of this range and it has to be measured. */
  bool load();

  /** Measures anew from the next sample on; until it is done, nothing is subtracted. */
  void measure();

  /**
   * While measuring: takes a sample as the chip gave it; true when a bias has just been found and stored.
   * `stored` tells whether the store took it.
   */
  bool push(const RawSample& sample, bool& stored);

  /** Subtracts the bias; counts saturate. */
  void correct(RawSample& sample) const;

  bool measuring() const { return measuring_; }
  const int16_t* counts() const { return bias_; }

 private:
  static constexpr size_t kAxes = 3;
  static constexpr size_t kChannels = 6;

  void restart(const RawSample& sample);
  bool save();

  GyroBiasSettings settings_;
  Store& store_;
  bool measuring_ = false;
  bool unread_ = false;
  uint16_t taken_ = 0;
  int16_t low_[kChannels] = {};
  int16_t high_[kChannels] = {};
  int32_t sums_[kAxes] = {};
  int16_t bias_[kAxes] = {};
};

}  // namespace bandsmith

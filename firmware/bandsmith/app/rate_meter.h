// How fast the sensor really samples, by the chip's own clock.
#pragma once

#include <stdint.h>

namespace bandsmith {

/**
 * Counts samples of one stream. The FIFO is emptied at every look, so that a count is off by one sample at
 * most, however seldom one looks.
 */
class RateMeter {
 public:
  void reset() {
    started_ = false;
    milliHz_ = 0;
  }

  /** After each look that brought samples. */
  void add(uint64_t nowMicros, uint32_t samples) {
    if (!started_) {
      started_ = true;
      startMicros_ = nowMicros;
      samples_ = 0;
      return;
    }
    samples_ += samples;
    const uint64_t micros = nowMicros - startMicros_;
    if (micros < kPeriodMicros) return;
    milliHz_ = static_cast<uint32_t>(static_cast<uint64_t>(samples_) * 1'000'000'000 / micros);
    startMicros_ = nowMicros;
    samples_ = 0;
  }

  /** Samples in 1000 s, over the last whole minute; 0 before. One sample more or less is 0.1 % of it. */
  uint32_t milliHz() const { return milliHz_; }

 private:
  static constexpr uint64_t kPeriodMicros = 60'000'000;

  bool started_ = false;
  uint64_t startMicros_ = 0;
  uint32_t samples_ = 0;
  uint32_t milliHz_ = 0;
};

}  // namespace bandsmith

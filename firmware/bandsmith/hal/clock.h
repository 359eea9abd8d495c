// Time, injected: the chip's timer on the band, a variable in tests.
#pragma once

#include <stdint.h>

namespace bandsmith {

class Clock {
 public:
  /** Microseconds since start; never goes back. */
  virtual uint64_t micros() = 0;

  /** Gives the processor away for at least that long. */
  virtual void sleepMillis(uint32_t millis) = 0;

 protected:
  ~Clock() = default;
};

}  // namespace bandsmith

// The chip's light sleep: memory, pins and the clock keep, the processor stands.
#pragma once

#include <stdint.h>

namespace bandsmith {

enum class Wake : uint8_t { timer, button, motion };

class Sleep {
 public:
  /**
   * Sleeps for at most `millis`; the button wakes earlier, and with `motion` so does the sensor's interrupt
   * line, where it is wired.
   */
  virtual Wake sleep(uint32_t millis, bool motion) = 0;

 protected:
  ~Sleep() = default;
};

}  // namespace bandsmith

// What the chip knows of itself.
#pragma once

#include <stdint.h>

namespace bandsmith {

enum class ResetReason : uint8_t { powerOn, software, watchdog, brownOut, panic, other };

class System {
 public:
  /** Why the chip started this time. */
  virtual ResetReason resetReason() = 0;

  /** Stack that the loop's task has never used, in bytes: falls, and never rises. */
  virtual uint32_t freeStackBytes() = 0;

  /** The cell's voltage; 0 where it is not measured. */
  virtual uint32_t batteryMillivolts() = 0;

  /** Call at least every few seconds: the task watchdog restarts a band whose loop stands still. */
  virtual void feedWatchdog() = 0;

 protected:
  ~System() = default;
};

/** For serial. */
constexpr const char* describe(ResetReason reason) {
  switch (reason) {
    case ResetReason::powerOn:
      return "power-on";
    case ResetReason::software:
      return "software";
    case ResetReason::watchdog:
      return "watchdog";
    case ResetReason::brownOut:
      return "brown-out";
    case ResetReason::panic:
      return "panic";
    case ResetReason::other:
      return "other";
  }
  return "unknown";
}

}  // namespace bandsmith

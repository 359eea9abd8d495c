// A device with 8-bit registers on an I2C bus: bounded retries, and every failure handed to the caller.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/i2c_bus.h"

namespace bandsmith {

class RegisterDevice {
 public:
  RegisterDevice(I2cBus& bus, Clock& clock, uint8_t address) : bus_(bus), clock_(clock), address_(address) {}

  /** Tries kAttempts times, freeing the bus in between. Only for registers that reading does not change. */
  [[nodiscard]] BusResult read(uint8_t first, uint8_t* out, size_t count);

  /**
   * For registers whose reading consumes something (a FIFO, latched flags). Repeated only where the device did not
   * acknowledge: that comes before the first byte that it would send, so that nothing has been consumed (NXP UM10204,
   * 3.1.6: a slave acknowledges what it receives, the master what it reads).
   */
  [[nodiscard]] BusResult readOnce(uint8_t first, uint8_t* out, size_t count);

  /** Tries kAttempts times, freeing the bus in between. */
  [[nodiscard]] BusResult write(uint8_t reg, uint8_t value);

  /** Transfers that failed since start, those that were then repeated with success included. */
  uint32_t failedTransfers() const { return failedTransfers_; }

 private:
  static constexpr int kAttempts = 3;
  static constexpr uint32_t kPauseMillis = 1;

  template <typename Transfer>
  BusResult retry(Transfer transfer);
  BusResult transfer(uint8_t first, uint8_t* out, size_t count);
  BusResult counted(BusResult result);

  I2cBus& bus_;
  Clock& clock_;
  uint8_t address_;
  uint32_t failedTransfers_ = 0;
};

}  // namespace bandsmith

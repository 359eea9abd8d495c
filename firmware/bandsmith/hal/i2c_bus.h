// What a driver asks of an I2C bus; the chip, the host and the tests each implement it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

/** How a transfer ended. */
enum class BusResult : uint8_t { ok, noAcknowledge, timeout, fault };

/** A bus master. Addresses have seven bits. No call blocks for longer than the implementation's time-out. */
class I2cBus {
 public:
  /** START, address + W, the bytes, STOP. */
  [[nodiscard]] virtual BusResult write(uint8_t address, const uint8_t* bytes, size_t count) = 0;

  /** START, address + W, `out`, repeated START, address + R, `in`, STOP. */
  [[nodiscard]] virtual BusResult writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                                            size_t inCount) = 0;

  /** Frees a bus whose SDA a device holds low: nine clocks, then STOP (NXP UM10204 rev. 7, 3.1.16). */
  [[nodiscard]] virtual BusResult recover() = 0;

 protected:
  ~I2cBus() = default;
};

/** For serial and screen. */
constexpr const char* describe(BusResult result) {
  switch (result) {
    case BusResult::ok:
      return "ok";
    case BusResult::noAcknowledge:
      return "no acknowledge";
    case BusResult::timeout:
      return "time-out";
    case BusResult::fault:
      return "bus fault";
  }
  return "unknown";
}

}  // namespace bandsmith

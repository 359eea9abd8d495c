// The I2C bus on the chip, by ESP-IDF 5's driver/i2c_master.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/hal/i2c_bus.h"
#include "driver/i2c_master.h"

namespace bandsmith {

struct EspI2cSettings {
  uint8_t sdaPin;
  uint8_t sclPin;
  uint32_t clockHz;
  /** ESP-IDF wants the devices named beforehand. */
  const uint8_t* addresses;
  size_t addressCount;
};

class EspI2cBus final : public I2cBus {
 public:
  static constexpr size_t kMaxDevices = 4;

  explicit EspI2cBus(const EspI2cSettings& settings) : settings_(settings) {}

  /** Takes the pins and allocates the driver: before anything else, again where it failed. */
  [[nodiscard]] BusResult begin();

  [[nodiscard]] BusResult write(uint8_t address, const uint8_t* bytes, size_t count) override;
  [[nodiscard]] BusResult writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                                    size_t inCount) override;

  /** Nine clocks and STOP; where that does not help, the driver is thrown away and made anew. */
  [[nodiscard]] BusResult recover() override;

 private:
  struct Device {
    uint8_t address;
    i2c_master_dev_handle_t handle;
  };

  i2c_master_dev_handle_t find(uint8_t address) const;
  /** Gives driver and pins back. What cannot be given back stays, and the next call tries again. */
  BusResult end();
  /** Both lines are high: nobody holds them. */
  bool isFree() const;

  EspI2cSettings settings_;
  i2c_master_bus_handle_t bus_ = nullptr;
  Device devices_[kMaxDevices] = {};
  size_t deviceCount_ = 0;
};

}  // namespace bandsmith

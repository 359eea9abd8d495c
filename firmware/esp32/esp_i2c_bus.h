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

  /** Takes the pins and allocates the driver: once, before anything else. */
  [[nodiscard]] BusResult begin(const EspI2cSettings& settings);

  [[nodiscard]] BusResult write(uint8_t address, const uint8_t* bytes, size_t count) override;
  [[nodiscard]] BusResult writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                                    size_t inCount) override;
  [[nodiscard]] BusResult recover() override;

 private:
  struct Device {
    uint8_t address;
    i2c_master_dev_handle_t handle;
  };

  i2c_master_dev_handle_t find(uint8_t address) const;

  i2c_master_bus_handle_t bus_ = nullptr;
  Device devices_[kMaxDevices] = {};
  size_t deviceCount_ = 0;
};

}  // namespace bandsmith

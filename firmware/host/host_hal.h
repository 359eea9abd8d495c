// The HAL whose every call is an import: the same band on a computer, against simulated devices in virtual
// time.
#pragma once

#include <string.h>

#include "bandsmith/hal/button.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/flash.h"
#include "bandsmith/hal/i2c_bus.h"
#include "bandsmith/hal/log.h"
#include "bandsmith/hal/serial_input.h"
#include "bandsmith/hal/sleep.h"
#include "bandsmith/hal/store.h"
#include "bandsmith/hal/system.h"
#include "host/imports.h"

namespace bandsmith {

class HostI2cBus final : public I2cBus {
 public:
  [[nodiscard]] BusResult write(uint8_t address, const uint8_t* bytes, size_t count) override {
    return static_cast<BusResult>(bandsmith_i2c_write(address, bytes, count));
  }
  [[nodiscard]] BusResult writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                                    size_t inCount) override {
    return static_cast<BusResult>(bandsmith_i2c_write_read(address, out, outCount, in, inCount));
  }
  [[nodiscard]] BusResult recover() override { return static_cast<BusResult>(bandsmith_i2c_recover()); }
};

class HostClock final : public Clock {
 public:
  uint64_t micros() override { return static_cast<uint64_t>(bandsmith_clock_micros()); }
  void sleepMillis(uint32_t millis) override { bandsmith_clock_wait(millis); }
};

class HostLog final : public Log {
 public:
  void line(const char* text) override { bandsmith_log_line(text, strlen(text)); }
};

class HostStore final : public Store {
 public:
  [[nodiscard]] StoreResult read(const char* key, void* bytes, size_t count) override {
    return static_cast<StoreResult>(bandsmith_store_read(key, strlen(key), bytes, count));
  }
  [[nodiscard]] StoreResult write(const char* key, const void* bytes, size_t count) override {
    return static_cast<StoreResult>(bandsmith_store_write(key, strlen(key), bytes, count));
  }
};

class HostFlash final : public Flash {
 public:
  size_t bytes() const override { return bandsmith_flash_bytes(); }
  [[nodiscard]] bool read(size_t offset, void* bytes, size_t count) override {
    return bandsmith_flash_read(offset, bytes, count) == 0;
  }
  [[nodiscard]] bool eraseSector(size_t offset) override { return bandsmith_flash_erase_sector(offset) == 0; }
  [[nodiscard]] bool write(size_t offset, const void* bytes, size_t count) override {
    return bandsmith_flash_write(offset, bytes, count) == 0;
  }
};

class HostSerialInput final : public SerialInput {
 public:
  size_t read(char* bytes, size_t capacity) override { return bandsmith_serial_read(bytes, capacity); }
};

class HostButton final : public Button {
 public:
  bool isDown() override { return bandsmith_button_is_down() != 0; }
};

class HostSleep final : public Sleep {
 public:
  Wake sleep(uint32_t millis, bool motion) override {
    return static_cast<Wake>(bandsmith_sleep(millis, motion ? 1 : 0));
  }
};

class HostSystem final : public System {
 public:
  ResetReason resetReason() override { return static_cast<ResetReason>(bandsmith_reset_reason()); }
  uint32_t freeStackBytes() override { return bandsmith_free_stack(); }
  uint32_t batteryMillivolts() override { return bandsmith_battery_millivolts(); }
  void feedWatchdog() override { bandsmith_feed_watchdog(); }
};

}  // namespace bandsmith

// The whole HAL on the chip, from one struct of settings.
#pragma once

#include <stdint.h>

#include "bandsmith/hal/hal.h"
#include "esp32/esp_button.h"
#include "esp32/esp_clock.h"
#include "esp32/esp_flash.h"
#include "esp32/esp_i2c_bus.h"
#include "esp32/esp_light_sleep.h"
#include "esp32/esp_serial_input.h"
#include "esp32/esp_store.h"
#include "esp32/esp_system_info.h"
#include "esp32/serial_log.h"
#include "esp_err.h"

namespace bandsmith {

struct EspHalSettings {
  EspI2cSettings bus;
  EspButtonSettings button;
  EspSystemSettings system;
  /** The sensor's INT, or kNoPin. */
  int8_t interruptPin;
  bool usbConsole;
};

class EspHal {
 public:
  explicit EspHal(const EspHalSettings& settings);

  /**
   * Sets everything up, from the task that will run the loop. What fails is told on the log; the band goes on
   * without it, except for the bus, which is tried again until it is there.
   */
  void begin();

  /** Lives as long as this does. */
  const Hal& hal() const { return hal_; }

 private:
  static constexpr uint32_t kBusRetryMillis = 1000;

  /** {"event":"store-failed","detail":"ESP_ERR_NO_MEM"} */
  void tell(const char* event, const char* detail);
  void check(const char* event, esp_err_t result);

  EspI2cBus bus_;
  EspClock clock_;
  SerialLog log_;
  EspStore store_;
  EspButton button_;
  EspSystemInfo system_;
  EspLightSleep sleep_;
  EspFlash flash_;
  EspSerialInput input_;
  const Hal hal_;
};

}  // namespace bandsmith

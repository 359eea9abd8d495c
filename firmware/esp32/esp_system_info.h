// Why the chip started, how deep its stack went, its watchdog and its battery.
#pragma once

#include <stdint.h>

#include "bandsmith/hal/system.h"
#include "esp32/esp_battery.h"
#include "esp_err.h"

namespace bandsmith {

struct EspSystemSettings {
  /** A loop that does not feed the watchdog for so long restarts the chip. */
  uint32_t watchdogMillis;
  EspBatterySettings battery;
};

class EspSystemInfo final : public System {
 public:
  explicit EspSystemInfo(const EspSystemSettings& settings)
      : watchdogMillis_(settings.watchdogMillis), battery_(settings.battery) {}

  /** Puts the calling task, the loop's, under the task watchdog. */
  [[nodiscard]] esp_err_t beginWatchdog();
  [[nodiscard]] esp_err_t beginBattery() { return battery_.begin(); }

  ResetReason resetReason() override;
  uint32_t freeStackBytes() override;
  uint32_t batteryMillivolts() override { return battery_.millivolts(); }
  void feedWatchdog() override;

 private:
  uint32_t watchdogMillis_;
  EspBattery battery_;
  bool watched_ = false;
};

}  // namespace bandsmith

// Light sleep, woken by time, the button or the sensor; and waiting awake where the chip must not sleep.
#pragma once

#include <stdint.h>

#include "bandsmith/hal/sleep.h"
#include "bandsmith/hal/system.h"
#include "esp32/esp_button.h"
#include "esp32/pins.h"
#include "esp_err.h"

namespace bandsmith {

struct EspSleepSettings {
  /** The sensor's INT, high while there is motion; or kNoPin. */
  int8_t interruptPin;
  /** These keep their state while the chip sleeps. */
  uint8_t sdaPin;
  uint8_t sclPin;
  /** The console is the chip's own USB, which light sleep would unplug. */
  bool usbConsole;
};

class EspLightSleep final : public Sleep {
 public:
  EspLightSleep(const EspSleepSettings& settings, EspButton& button, System& system)
      : settings_(settings), button_(button), system_(system) {}

  [[nodiscard]] esp_err_t begin() const;

  Wake sleep(uint32_t millis, bool motion) override;

 private:
  [[nodiscard]] esp_err_t arm(uint32_t millis, bool motion, bool button) const;
  void disarm(bool motion) const;
  Wake waitAwake(uint64_t untilMicros, bool motion, bool button);
  bool mustStayAwake() const;
  bool hasMotion() const;

  EspSleepSettings settings_;
  EspButton& button_;
  System& system_;
};

}  // namespace bandsmith

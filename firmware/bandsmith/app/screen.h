// What the wearer sees. A missing display is told on serial and tried again; the band works on without it.
#pragma once

#include <stdint.h>

#include "bandsmith/app/telemetry.h"
#include "bandsmith/drivers/ssd1306.h"
#include "bandsmith/hal/clock.h"

namespace bandsmith {

class Screen {
 public:
  Screen(Ssd1306& display, Clock& clock, Telemetry& telemetry)
      : display_(display), clock_(clock), telemetry_(telemetry) {}

  /** Before there is a first window: a title and what is being waited for. */
  void showMessage(const char* title, const char* message);
  void showActivity(const char* label, uint8_t confidencePercent);
  /** A failure in words: what, and how. */
  void showError(const char* what, const char* detail);

  /** Sends what changed, or tries to find a lost display again. Call once a turn. */
  void update();

 private:
  static constexpr uint64_t kRetryMicros = 2'000'000;

  void lose(BusResult result);

  Ssd1306& display_;
  Clock& clock_;
  Telemetry& telemetry_;
  bool present_ = false;
  bool reported_ = false;
  uint64_t retryAt_ = 0;
};

}  // namespace bandsmith

// Time on the chip: esp_timer and FreeRTOS.
#pragma once

#include "bandsmith/hal/clock.h"
#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

namespace bandsmith {

class EspClock final : public Clock {
 public:
  uint64_t micros() override { return static_cast<uint64_t>(esp_timer_get_time()); }

  void sleepMillis(uint32_t millis) override {
    // Rounded up, and one tick more, since the running tick has partly passed.
    vTaskDelay(static_cast<TickType_t>((millis + portTICK_PERIOD_MS - 1) / portTICK_PERIOD_MS + 1));
  }
};

}  // namespace bandsmith

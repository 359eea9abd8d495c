// The button on a pin of the chip.
#pragma once

#include <stdint.h>

#include "bandsmith/hal/button.h"
#include "driver/gpio.h"
#include "esp32/pins.h"
#include "esp_err.h"

namespace bandsmith {

struct EspButtonSettings {
  /** Or kNoPin: the button is then never down. */
  int8_t pin;
  /** Between the pin and ground; otherwise between the pin and 3.3 V. The other side is the chip's own pull.
   */
  bool activeLow;
};

class EspButton final : public Button {
 public:
  explicit EspButton(const EspButtonSettings& settings) : settings_(settings) {}

  [[nodiscard]] esp_err_t begin() const {
    if (!isWired()) return ESP_OK;
    gpio_config_t config = {};
    config.pin_bit_mask = uint64_t{1} << static_cast<uint8_t>(settings_.pin);
    config.mode = GPIO_MODE_INPUT;
    config.pull_up_en = settings_.activeLow ? GPIO_PULLUP_ENABLE : GPIO_PULLUP_DISABLE;
    config.pull_down_en = settings_.activeLow ? GPIO_PULLDOWN_DISABLE : GPIO_PULLDOWN_ENABLE;
    config.intr_type = GPIO_INTR_DISABLE;
    return gpio_config(&config);
  }

  bool isDown() override { return isWired() && (gpio_get_level(gpio()) != 0) != settings_.activeLow; }

  bool isWired() const { return settings_.pin != kNoPin; }
  gpio_num_t gpio() const { return gpioOf(settings_.pin); }
  /** The level that wakes the chip. */
  gpio_int_type_t downLevel() const {
    return settings_.activeLow ? GPIO_INTR_LOW_LEVEL : GPIO_INTR_HIGH_LEVEL;
  }

 private:
  EspButtonSettings settings_;
};

}  // namespace bandsmith

// The cell's voltage through a divider and the chip's ADC.
#pragma once

#include <stdint.h>

#include "esp32/pins.h"
#include "esp_adc/adc_cali.h"
#include "esp_adc/adc_oneshot.h"
#include "esp_err.h"

namespace bandsmith {

struct EspBatterySettings {
  /** A pin of ADC1, or kNoPin. */
  int8_t pin;
  /** The cell's voltage over the pin's, times 1000: 2000 for two equal resistors. */
  uint32_t dividerMilli;
};

class EspBattery {
 public:
  explicit EspBattery(const EspBatterySettings& settings) : settings_(settings) {}

  [[nodiscard]] esp_err_t begin();

  /** 0 where it is not measured, or where what is measured cannot be one cell of lithium. */
  uint32_t millivolts() const;

 private:
  EspBatterySettings settings_;
  adc_oneshot_unit_handle_t unit_ = nullptr;
  adc_channel_t channel_ = ADC_CHANNEL_0;
  adc_cali_handle_t calibration_ = nullptr;
};

}  // namespace bandsmith

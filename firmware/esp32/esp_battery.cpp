// One-shot readings with the chip's own calibration (ESP-IDF programming guide, ADC Oneshot and Calibration).
#include "esp32/esp_battery.h"

#include "esp_adc/adc_cali_scheme.h"

namespace bandsmith {

namespace {

/** The widest range: up to 2450 mV on an ESP32, 2500 mV on a C3, 3100 mV on an S3. */
constexpr adc_atten_t kAttenuation = ADC_ATTEN_DB_12;
constexpr adc_bitwidth_t kWidth = ADC_BITWIDTH_DEFAULT;
/** One reading is off by some ten millivolts of noise. */
constexpr int kReadings = 16;
/** A cell's protection opens above the one, a charger ends below the other: outside, no divider is wired. */
constexpr uint32_t kLowestMillivolts = 2300;
constexpr uint32_t kHighestMillivolts = 4500;

/** ESP32: a line through two points of eFuse; C3 and S3: a curve. */
esp_err_t calibrate(adc_unit_t unit, adc_channel_t channel, adc_cali_handle_t* handle) {
#if ADC_CALI_SCHEME_CURVE_FITTING_SUPPORTED
  adc_cali_curve_fitting_config_t config = {};
  config.unit_id = unit;
  config.chan = channel;
  config.atten = kAttenuation;
  config.bitwidth = kWidth;
  return adc_cali_create_scheme_curve_fitting(&config, handle);
#else
  (void)channel;
  adc_cali_line_fitting_config_t config = {};
  config.unit_id = unit;
  config.atten = kAttenuation;
  config.bitwidth = kWidth;
  return adc_cali_create_scheme_line_fitting(&config, handle);
#endif
}

}  // namespace

esp_err_t EspBattery::begin() {
  if (settings_.pin == kNoPin || calibration_ != nullptr) return ESP_OK;
  adc_unit_t unit = ADC_UNIT_1;
  esp_err_t result = adc_oneshot_io_to_channel(settings_.pin, &unit, &channel_);
  if (result != ESP_OK) return result;
  if (unit_ == nullptr) {
    adc_oneshot_unit_init_cfg_t config = {};
    config.unit_id = unit;
    result = adc_oneshot_new_unit(&config, &unit_);
    if (result != ESP_OK) return result;
  }
  adc_oneshot_chan_cfg_t channelConfig = {};
  channelConfig.atten = kAttenuation;
  channelConfig.bitwidth = kWidth;
  result = adc_oneshot_config_channel(unit_, channel_, &channelConfig);
  if (result != ESP_OK) return result;
  return calibrate(unit, channel_, &calibration_);
}

uint32_t EspBattery::millivolts() const {
  if (calibration_ == nullptr) return 0;
  int sum = 0;
  for (int i = 0; i < kReadings; ++i) {
    int raw = 0;
    int atPin = 0;
    if (adc_oneshot_read(unit_, channel_, &raw) != ESP_OK) return 0;
    if (adc_cali_raw_to_voltage(calibration_, raw, &atPin) != ESP_OK) return 0;
    sum += atPin;
  }
  const uint32_t atPin = static_cast<uint32_t>(sum / kReadings);
  const uint32_t atCell = atPin * settings_.dividerMilli / 1000;
  return atCell < kLowestMillivolts || atCell > kHighestMillivolts ? 0 : atCell;
}

}  // namespace bandsmith

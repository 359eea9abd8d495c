// ESP-IDF 5's I2C master behind the bus interface.
#include "esp32/esp_i2c_bus.h"

#include "esp_err.h"

namespace bandsmith {

namespace {

/** The longest transfer, 241 bytes at 100 kHz, lasts 22 ms. */
constexpr int kTimeoutMillis = 100;
/** ESP-IDF programming guide, I2C: the typical glitch filter. */
constexpr uint8_t kGlitchCycles = 7;

BusResult toResult(esp_err_t error) {
  switch (error) {
    case ESP_OK:
      return BusResult::ok;
    case ESP_ERR_TIMEOUT:
      return BusResult::timeout;
    case ESP_ERR_INVALID_STATE:     // What i2c_master_transmit returns for a NACK up to ESP-IDF 5.5,
    case ESP_ERR_INVALID_RESPONSE:  // and newer versions.
      return BusResult::noAcknowledge;
    default:
      return BusResult::fault;
  }
}

}  // namespace

BusResult EspI2cBus::begin(const EspI2cSettings& settings) {
  if (bus_ == nullptr) {
    i2c_master_bus_config_t config = {};
    config.i2c_port = I2C_NUM_0;
    config.sda_io_num = static_cast<gpio_num_t>(settings.sdaPin);
    config.scl_io_num = static_cast<gpio_num_t>(settings.sclPin);
    config.clk_source = I2C_CLK_SRC_DEFAULT;
    config.glitch_ignore_cnt = kGlitchCycles;
    config.flags.enable_internal_pullup = 1;
    const esp_err_t made = i2c_new_master_bus(&config, &bus_);
    if (made != ESP_OK) return toResult(made);
  }
  while (deviceCount_ < settings.addressCount) {
    if (deviceCount_ == kMaxDevices) return BusResult::fault;
    i2c_device_config_t config = {};
    config.dev_addr_length = I2C_ADDR_BIT_LEN_7;
    config.device_address = settings.addresses[deviceCount_];
    config.scl_speed_hz = settings.clockHz;
    i2c_master_dev_handle_t handle = nullptr;
    const esp_err_t added = i2c_master_bus_add_device(bus_, &config, &handle);
    if (added != ESP_OK) return toResult(added);
    devices_[deviceCount_] = {settings.addresses[deviceCount_], handle};
    ++deviceCount_;
  }
  return BusResult::ok;
}

BusResult EspI2cBus::write(uint8_t address, const uint8_t* bytes, size_t count) {
  const i2c_master_dev_handle_t device = find(address);
  if (device == nullptr) return BusResult::fault;
  return toResult(i2c_master_transmit(device, bytes, count, kTimeoutMillis));
}

BusResult EspI2cBus::writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                               size_t inCount) {
  const i2c_master_dev_handle_t device = find(address);
  if (device == nullptr) return BusResult::fault;
  return toResult(i2c_master_transmit_receive(device, out, outCount, in, inCount, kTimeoutMillis));
}

BusResult EspI2cBus::recover() {
  return toResult(i2c_master_bus_reset(bus_));
}

i2c_master_dev_handle_t EspI2cBus::find(uint8_t address) const {
  for (size_t i = 0; i < deviceCount_; ++i) {
    if (devices_[i].address == address) return devices_[i].handle;
  }
  return nullptr;
}

}  // namespace bandsmith

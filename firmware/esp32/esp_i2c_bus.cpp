// ESP-IDF 5's I2C master behind the bus interface.
#include "esp32/esp_i2c_bus.h"

#include "driver/gpio.h"
#include "esp_err.h"

namespace bandsmith {

namespace {

/** The longest transfer, 1025 bytes of a whole frame at 400 kHz, lasts 24 ms. */
constexpr int kTimeoutMillis = 100;
/** ESP-IDF programming guide, I2C: the typical glitch filter. */
constexpr uint8_t kGlitchCycles = 7;

BusResult toResult(esp_err_t error) {
  switch (error) {
    case ESP_OK:
      return BusResult::ok;
    case ESP_ERR_TIMEOUT:
      return BusResult::timeout;
    case ESP_ERR_INVALID_RESPONSE:
      return BusResult::noAcknowledge;
    // ESP-IDF up to 5.5 answers ESP_ERR_INVALID_STATE to a NACK, but also to every transfer that broke off in
    // its middle: nobody may conclude from it that nothing was read. A fault, then.
    case ESP_ERR_INVALID_STATE:
    default:
      return BusResult::fault;
  }
}

}  // namespace

BusResult EspI2cBus::begin() {
  if (bus_ == nullptr) {
    i2c_master_bus_config_t config = {};
    config.i2c_port = I2C_NUM_0;
    config.sda_io_num = static_cast<gpio_num_t>(settings_.sdaPin);
    config.scl_io_num = static_cast<gpio_num_t>(settings_.sclPin);
    config.clk_source = I2C_CLK_SRC_DEFAULT;
    config.glitch_ignore_cnt = kGlitchCycles;
    // Breakouts carry the real pull-ups; the chip's 45 kOhm only keep an unconnected bus from floating.
    config.flags.enable_internal_pullup = 1;
    const esp_err_t made = i2c_new_master_bus(&config, &bus_);
    if (made != ESP_OK) return toResult(made);
  }
  while (deviceCount_ < settings_.addressCount) {
    if (deviceCount_ == kMaxDevices) return BusResult::fault;
    i2c_device_config_t config = {};
    config.dev_addr_length = I2C_ADDR_BIT_LEN_7;
    config.device_address = settings_.addresses[deviceCount_];
    config.scl_speed_hz = settings_.clockHz;
    i2c_master_dev_handle_t handle = nullptr;
    const esp_err_t added = i2c_master_bus_add_device(bus_, &config, &handle);
    if (added != ESP_OK) return toResult(added);
    devices_[deviceCount_] = {settings_.addresses[deviceCount_], handle};
    ++deviceCount_;
  }
  return BusResult::ok;
}

BusResult EspI2cBus::write(uint8_t address, const uint8_t* bytes, size_t count) {
  i2c_master_dev_handle_t device = find(address);
  if (device == nullptr) return BusResult::fault;
  return toResult(i2c_master_transmit(device, bytes, count, kTimeoutMillis));
}

BusResult EspI2cBus::writeRead(uint8_t address, const uint8_t* out, size_t outCount, uint8_t* in,
                               size_t inCount) {
  i2c_master_dev_handle_t device = find(address);
  if (device == nullptr) return BusResult::fault;
  return toResult(i2c_master_transmit_receive(device, out, outCount, in, inCount, kTimeoutMillis));
}

BusResult EspI2cBus::recover() {
  // i2c_master_bus_reset: up to nine clocks until SDA is free, then STOP, then a fresh state machine. It does
  // not say whether SDA did come free, so the lines are looked at.
  if (bus_ != nullptr && i2c_master_bus_reset(bus_) == ESP_OK && isFree()) return BusResult::ok;
  const BusResult ended = end();
  if (ended != BusResult::ok) return ended;
  const BusResult begun = begin();
  if (begun != BusResult::ok) return begun;
  return isFree() ? BusResult::ok : BusResult::fault;
}

BusResult EspI2cBus::end() {
  while (deviceCount_ > 0) {
    const esp_err_t removed = i2c_master_bus_rm_device(devices_[deviceCount_ - 1].handle);
    if (removed != ESP_OK) return toResult(removed);
    --deviceCount_;
  }
  if (bus_ == nullptr) return BusResult::ok;
  const esp_err_t deleted = i2c_del_master_bus(bus_);
  if (deleted != ESP_OK) return toResult(deleted);
  bus_ = nullptr;
  return BusResult::ok;
}

bool EspI2cBus::isFree() const {
  return gpio_get_level(static_cast<gpio_num_t>(settings_.sdaPin)) != 0 &&
         gpio_get_level(static_cast<gpio_num_t>(settings_.sclPin)) != 0;
}

i2c_master_dev_handle_t EspI2cBus::find(uint8_t address) const {
  for (size_t i = 0; i < deviceCount_; ++i) {
    if (devices_[i].address == address) return devices_[i].handle;
  }
  return nullptr;
}

}  // namespace bandsmith

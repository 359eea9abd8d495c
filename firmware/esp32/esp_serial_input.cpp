// ESP-IDF's drivers of UART and USB Serial/JTAG for receiving; under Arduino the core has its own.
#include "esp32/esp_serial_input.h"

#include "driver/uart.h"
#include "sdkconfig.h"
#ifdef ARDUINO
#include <Arduino.h>
#elif CONFIG_USJ_ENABLE_USB_SERIAL_JTAG
#include "driver/usb_serial_jtag.h"
#endif

namespace bandsmith {

namespace {

#ifndef ARDUINO
/** Two lines of a head: whoever sends waits for an answer to each. */
constexpr int kBufferBytes = 512;
#endif
/** Edges on RX that wake: the chip's least, one letter. */
constexpr int kWakeEdges = 3;
constexpr uart_port_t kUart = static_cast<uart_port_t>(CONFIG_ESP_CONSOLE_UART_NUM);

}  // namespace

#ifdef ARDUINO

esp_err_t EspSerialInput::begin() {
  begun_ = true;
  return usbConsole_ ? ESP_OK : uart_set_wakeup_threshold(kUart, kWakeEdges);
}

size_t EspSerialInput::read(char* bytes, size_t capacity) {
  size_t count = 0;
  while (begun_ && count < capacity && Serial.available() > 0)
    bytes[count++] = static_cast<char>(Serial.read());
  return count;
}

#else

esp_err_t EspSerialInput::begin() {
  if (usbConsole_) {
#if CONFIG_USJ_ENABLE_USB_SERIAL_JTAG
    usb_serial_jtag_driver_config_t config = {kBufferBytes, kBufferBytes};
    const esp_err_t installed = usb_serial_jtag_driver_install(&config);
    begun_ = installed == ESP_OK;
    return installed;
#else
    return ESP_ERR_NOT_SUPPORTED;
#endif
  }
  const esp_err_t installed = uart_driver_install(kUart, kBufferBytes, 0, 0, nullptr, 0);
  begun_ = installed == ESP_OK;
  return begun_ ? uart_set_wakeup_threshold(kUart, kWakeEdges) : installed;
}

size_t EspSerialInput::read(char* bytes, size_t capacity) {
  if (!begun_) return 0;
  const uint32_t most = static_cast<uint32_t>(capacity);
#if CONFIG_USJ_ENABLE_USB_SERIAL_JTAG
  const int count =
      usbConsole_ ? usb_serial_jtag_read_bytes(bytes, most, 0) : uart_read_bytes(kUart, bytes, most, 0);
#else
  const int count = uart_read_bytes(kUart, bytes, most, 0);
#endif
  return count > 0 ? static_cast<size_t>(count) : 0;
}

#endif

}  // namespace bandsmith

// What arrives on the console: its UART, or the chip's own USB.
#pragma once

#include <stddef.h>

#include "bandsmith/hal/serial_input.h"
#include "esp_err.h"

namespace bandsmith {

class EspSerialInput final : public SerialInput {
 public:
  explicit EspSerialInput(bool usbConsole) : usbConsole_(usbConsole) {}

  /** Gives the console a buffer to receive into, and lets its UART wake the chip. */
  [[nodiscard]] esp_err_t begin();

  size_t read(char* bytes, size_t capacity) override;

 private:
  bool usbConsole_;
  bool begun_ = false;
};

}  // namespace bandsmith

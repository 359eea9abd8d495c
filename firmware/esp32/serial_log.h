// The serial port as a log.
#pragma once

#include "bandsmith/hal/log.h"
#ifdef ARDUINO
#include <Arduino.h>
#else
#include <stdio.h>
#endif

namespace bandsmith {

/** The serial port is where failures are told: there is nowhere to tell its own. */
class SerialLog final : public Log {
 public:
#ifdef ARDUINO
  // Arduino's core decides whether Serial is the UART or the chip's USB; stdout is always its UART.
  void line(const char* text) override {
    (void)Serial.println(text);
  }
#else
  void line(const char* text) override {
    (void)puts(text);
  }
#endif
};

}  // namespace bandsmith

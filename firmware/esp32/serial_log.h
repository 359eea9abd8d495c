// The serial port as a log.
#pragma once

#include <stdio.h>

#include "bandsmith/hal/log.h"

namespace bandsmith {

class SerialLog final : public Log {
 public:
  // The serial port is where failures are told: there is nowhere to tell its own.
  void line(const char* text) override { (void)puts(text); }
};

}  // namespace bandsmith

// One JSON object a line on the serial port; docs/firmware.md of Bandsmith lists them.
#pragma once

#include <stdint.h>

#include "bandsmith/app/decision.h"
#include "bandsmith/hal/log.h"

namespace bandsmith {

class Telemetry {
 public:
  explicit Telemetry(Log& log) : log_(log) {}

  /** {"event":"window","window":7,"confidence":93,"micros":1834,"label":"walk"} */
  void window(uint32_t number, const char* label, uint8_t confidencePercent, uint64_t micros);

  /** {"event":"sensor-ready","detail":"0x68"} and every other event: nothing goes wrong silently. */
  void note(const char* event, const char* detail);

 private:
  Log& log_;
};

}  // namespace bandsmith

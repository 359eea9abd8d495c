// One JSON object a line on the serial port; docs/telemetry.md of Bandsmith lists them.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/active_head.h"
#include "bandsmith/app/activity_counters.h"
#include "bandsmith/app/json_line.h"
#include "bandsmith/hal/log.h"

namespace bandsmith {

/** What is told of one window. */
struct WindowReport {
  uint32_t window;
  uint64_t millis;
  /** Samples since the front end was last reset, this window's last one included. */
  uint32_t sample;
  const char* label;
  uint8_t confidencePercent;
  /** The activity that is shown: smoothed; nullptr for unknown. */
  const char* shown;
  const int8_t* output;
  size_t outputCount;
  /** CRC-32 of the window's int8 values. */
  uint32_t inputCrc;
  uint64_t micros;
  uint32_t freeStackBytes;
};

/** What is told every minute: nothing is lost without being counted. */
struct StatusReport {
  uint64_t millis;
  uint32_t windows;
  uint64_t samples;
  uint32_t restarts;
  uint32_t failedTransfers;
  uint32_t misreadings;
  uint32_t standbySeconds;
  uint32_t batteryMillivolts;
  uint32_t freeStackBytes;
  /** The sensor's sample rate by the chip's clock, in samples a 1000 s; 0 while it is not known. */
  uint32_t rateMilliHz;
};

struct NamedNumber {
  const char* name;
  int64_t value;
};

class Telemetry {
 public:
  explicit Telemetry(Log& log) : log_(log) {}

  void window(const WindowReport& report);
  void status(const StatusReport& report);

  /** The seconds of every activity, in the order of the labels; of unknown ones, and of standby. */
  void totals(const ActivityCounters& counters, size_t labelCount);

  /** Which head is in use, and its names: of the network's own there is no sequence and no CRC. */
  void head(const ActiveHead& head);

  /** {"event":"sensor-ready","detail":"0x68"} and every other event: nothing goes wrong silently. */
  void note(const char* event, const char* detail);
  void note(const char* event, const char* detail, int64_t number, const char* unit);
  void note(const char* event, const char* detail, const NamedNumber* numbers, size_t count);
  void numbers(const char* event, const char* key, const int16_t* values, size_t count);

 private:
  Log& log_;
  JsonLine line_;
};

}  // namespace bandsmith

// The serial lines.
#include "bandsmith/app/telemetry.h"

namespace bandsmith {

void Telemetry::window(const WindowReport& report) {
  line_.begin("window").number("window", report.window);
  line_.number("ms", static_cast<int64_t>(report.millis)).number("sample", report.sample);
  line_.text("label", report.label).number("confidence", report.confidencePercent);
  if (report.shown == nullptr) {
    line_.null("shown");
  } else {
    line_.text("shown", report.shown);
  }
  line_.numbers("output", report.output, report.outputCount).hash("input", report.inputCrc);
  line_.number("micros", static_cast<int64_t>(report.micros)).number("stack", report.freeStackBytes);
  log_.line(line_.end());
}

void Telemetry::status(const StatusReport& report) {
  line_.begin("status").number("ms", static_cast<int64_t>(report.millis)).number("windows", report.windows);
  line_.number("samples", static_cast<int64_t>(report.samples)).number("restarts", report.restarts);
  line_.number("failedTransfers", report.failedTransfers).number("misreadings", report.misreadings);
  line_.number("standbySeconds", report.standbySeconds).number("battery", report.batteryMillivolts);
  line_.number("stack", report.freeStackBytes).number("rateMilliHz", report.rateMilliHz);
  log_.line(line_.end());
}

void Telemetry::totals(const ActivityCounters& counters, size_t labelCount) {
  line_.begin("totals").beginList("seconds");
  for (size_t label = 0; label < labelCount; ++label) line_.item(counters.seconds(label));
  line_.endList().number("unknown", counters.unknownSeconds()).number("still", counters.stillSeconds());
  log_.line(line_.end());
}

void Telemetry::head(const ActiveHead& head) {
  line_.begin("head").text("detail", head.isPersonal() ? "personal" : "general");
  line_.number("classes", static_cast<int64_t>(head.labelCount()));
  if (head.isPersonal()) line_.number("sequence", head.sequence()).hash("crc", head.crc());
  log_.line(line_.end());
}

void Telemetry::note(const char* event, const char* detail) {
  log_.line(line_.begin(event).text("detail", detail).end());
}

void Telemetry::note(const char* event, const char* detail, int64_t number, const char* unit) {
  log_.line(line_.begin(event).text("detail", detail).number(unit, number).end());
}

void Telemetry::note(const char* event, const char* detail, const NamedNumber* numbers, size_t count) {
  line_.begin(event).text("detail", detail);
  for (size_t i = 0; i < count; ++i) line_.number(numbers[i].name, numbers[i].value);
  log_.line(line_.end());
}

void Telemetry::numbers(const char* event, const char* key, const int16_t* values, size_t count) {
  log_.line(line_.begin(event).numbers(key, values, count).end());
}

}  // namespace bandsmith

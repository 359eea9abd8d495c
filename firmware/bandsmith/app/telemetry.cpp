// The serial lines.
#include "bandsmith/app/telemetry.h"

#include "bandsmith/app/text_buffer.h"

namespace bandsmith {

namespace {
constexpr size_t kLineBytes = 256;
}

void Telemetry::window(uint32_t number, const char* label, uint8_t confidencePercent, uint64_t micros) {
  TextBuffer<kLineBytes> line;
  line.add("{\"event\":\"window\",\"window\":").addNumber(number);
  // The label comes last: a line that is cut off has lost nothing but its end.
  line.add(",\"confidence\":").addNumber(confidencePercent).add(",\"micros\":").addNumber(micros);
  line.add(",\"label\":").addJson(label).add("}");
  log_.line(line.text());
}

void Telemetry::note(const char* event, const char* detail) {
  TextBuffer<kLineBytes> line;
  line.add("{\"event\":").addJson(event).add(",\"detail\":").addJson(detail).add("}");
  log_.line(line.text());
}

}  // namespace bandsmith

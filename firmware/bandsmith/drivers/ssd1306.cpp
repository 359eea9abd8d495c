// The SSD1306's commands.
// Source: Solomon Systech SSD1306 data sheet rev. 1.1; pages in brackets.
#include "bandsmith/drivers/ssd1306.h"

#include <string.h>

namespace bandsmith {

namespace {

// Control bytes [20]: what follows is commands only, or frame memory only.
constexpr uint8_t kCommands = 0x00;
constexpr uint8_t kData = 0x40;

constexpr uint8_t kDisplayOff = 0xAE;  // [28]
constexpr uint8_t kDisplayOn = 0xAF;
constexpr uint8_t kContrast = 0x81;  // [28]
constexpr uint8_t kFullContrast = 0xCF;
constexpr uint8_t kDimContrast = 0x01;
constexpr uint8_t kPageStart = 0xB0;   // [30]
constexpr uint8_t kColumnLow = 0x00;   // [30] lower four bits of the column
constexpr uint8_t kColumnHigh = 0x10;  // upper four bits

constexpr size_t kMaxCommands = 27;

}  // namespace

BusResult Ssd1306::begin() {
  brightness_ = Brightness::off;
  return sendSettings(true);
}

BusResult Ssd1306::refresh() {
  const Brightness wanted = brightness_;
  brightness_ = Brightness::off;
  const BusResult sent = sendSettings(false);
  return sent == BusResult::ok ? setBrightness(wanted) : sent;
}

BusResult Ssd1306::sendSettings(bool darken) {
  knownPages_ = 0;
  const bool tall = settings_.height == 64;
  const uint8_t startUp[] = {
      kDisplayOff,
      0xD5,
      0x80,  // clock: divide by 1, default oscillator [32]
      0xA8,
      static_cast<uint8_t>(settings_.height - 1),  // multiplex ratio: as many rows [31]
      0xD3,
      0x00,  // no vertical offset [31]
      0x40,  // start at row 0 [31]
      0x8D,
      0x14,  // charge pump on [62]
      0x20,
      0x02,  // page addressing [30]
      static_cast<uint8_t>(settings_.turned ? 0xA0
                                            : 0xA1),  // columns: right to left, the connector on top [31]
      static_cast<uint8_t>(settings_.turned ? 0xC0 : 0xC8),  // rows: bottom to top [31]
      0xDA,
      static_cast<uint8_t>(tall ? 0x12 : 0x02),  // row pins: alternative or sequential [31]
      kContrast,
      kFullContrast,
      0xD9,
      0xF1,  // pre-charge [32]: 15 clocks, as the charge pump wants
      0xDB,
      0x40,  // VCOMH [32]
      0x2E,  // no scrolling [28]
      0xA4,  // show the memory [28]
      0xA6,  // not inverted [28]
  };
  static_assert(sizeof startUp <= kMaxCommands);
  const size_t skipped = darken ? 0 : 1;
  return command(startUp + skipped, sizeof startUp - skipped);
}

BusResult Ssd1306::setBrightness(Brightness brightness) {
  if (brightness == brightness_) return BusResult::ok;
  const uint8_t contrast = brightness == Brightness::full ? kFullContrast : kDimContrast;
  const uint8_t on[] = {kContrast, contrast, kDisplayOn};
  const BusResult result = brightness == Brightness::off ? command(&kDisplayOff, 1) : command(on, sizeof on);
  if (result == BusResult::ok) brightness_ = brightness;
  return result;
}

BusResult Ssd1306::show(const Canvas& canvas) {
  for (uint8_t page = 0; page < canvas.pages(); ++page) {
    const uint8_t* bytes = canvas.page(page);
    const uint8_t bit = static_cast<uint8_t>(1U << page);
    size_t first = 0;
    size_t last = Canvas::kWidth;
    if ((knownPages_ & bit) != 0) {
      while (first < last && bytes[first] == shown_[page][first]) ++first;
      while (last > first && bytes[last - 1] == shown_[page][last - 1]) --last;
    }
    if (first == last) continue;
    // Should the transfer break off, nobody knows what the page holds.
    knownPages_ = static_cast<uint8_t>(knownPages_ & ~bit);
    const BusResult result = sendSpan(page, first, last, bytes);
    if (result != BusResult::ok) return result;
    memcpy(shown_[page], bytes, Canvas::kWidth);
    knownPages_ = static_cast<uint8_t>(knownPages_ | bit);
  }
  return BusResult::ok;
}

BusResult Ssd1306::sendSpan(uint8_t page, size_t first, size_t last, const uint8_t* bytes) {
  const uint8_t position[] = {
      static_cast<uint8_t>(kPageStart | page),
      static_cast<uint8_t>(kColumnLow | (first & 0x0F)),
      static_cast<uint8_t>(kColumnHigh | first >> 4),
  };
  const BusResult placed = command(position, sizeof position);
  if (placed != BusResult::ok) return placed;
  uint8_t transfer[1 + Canvas::kWidth] = {kData};
  memcpy(transfer + 1, bytes + first, last - first);
  return bus_.write(settings_.address, transfer, 1 + last - first);
}

BusResult Ssd1306::command(const uint8_t* commands, size_t count) {
  uint8_t bytes[1 + kMaxCommands] = {kCommands};
  memcpy(bytes + 1, commands, count);
  return bus_.write(settings_.address, bytes, count + 1);
}

}  // namespace bandsmith

// The SSD1306's commands and frame buffer.
// Source: Solomon Systech SSD1306 data sheet rev. 1.1; pages in brackets.
#include "bandsmith/drivers/ssd1306.h"

#include <string.h>

#include "bandsmith/drivers/font5x7.h"

namespace bandsmith {

namespace {

// Control bytes [20]: what follows is commands only, or frame memory only.
constexpr uint8_t kCommands = 0x00;
constexpr uint8_t kData = 0x40;

constexpr uint8_t kStartUp[] = {
    0xAE,        // display off [28]
    0xD5, 0x80,  // clock: divide by 1, default oscillator [32]
    0xA8, 0x3F,  // multiplex ratio: 64 rows [31]
    0xD3, 0x00,  // no vertical offset [31]
    0x40,        // start at row 0 [31]
    0x8D, 0x14,  // charge pump on [62]
    0x20, 0x02,  // page addressing [30]
    0xA1,        // columns right to left [31]: the connector is on top
    0xC8,        // rows bottom to top [31]
    0xDA, 0x12,  // alternative row pins [31]
    0x81, 0x7F,  // contrast: half [28]
    0xD9, 0xF1,  // pre-charge [32]: 15 clocks, as the charge pump wants
    0xDB, 0x40,  // VCOMH [32]
    0xA4,        // show the memory [28]
    0xA6,        // not inverted [28]
    0xAF,        // display on [28]
};
constexpr uint8_t kPageStart = 0xB0;  // [30]
constexpr uint8_t kColumnLow = 0x00;  // column 0 [30]
constexpr uint8_t kColumnHigh = 0x10;
constexpr uint8_t kBar = 0x3C;

/** Each bit twice: four pixels to eight. */
uint8_t stretch(uint8_t nibble) {
  uint8_t wide = 0;
  for (int bit = 0; bit < 4; ++bit) {
    if ((nibble >> bit & 1) != 0) wide = static_cast<uint8_t>(wide | 3 << (2 * bit));
  }
  return wide;
}

}  // namespace

BusResult Ssd1306::begin() {
  knownPages_ = 0;
  return command(kStartUp, sizeof kStartUp);
}

void Ssd1306::clear(uint8_t firstPage, uint8_t pageCount) {
  for (size_t page = firstPage; page < kPages && page < static_cast<size_t>(firstPage) + pageCount; ++page) {
    for (size_t x = 0; x < kWidth; ++x) put(x, page, 0);
  }
}

void Ssd1306::text(uint8_t x, uint8_t page, uint8_t scale, const char* utf8) {
  const size_t advance = (kGlyphColumns + 1U) * scale;
  size_t left = x;
  for (const char* at = utf8; *at != '\0' && left + kGlyphColumns * scale <= kWidth; ++at) {
    const uint8_t byte = static_cast<uint8_t>(*at);
    // The bytes after the first of a UTF-8 character (10xxxxxx) draw nothing.
    if ((byte & 0xC0) == 0x80) continue;
    glyph(left, page, scale, glyphOf(byte));
    left += advance;
  }
}

void Ssd1306::glyph(size_t x, uint8_t page, uint8_t scale, const uint8_t* columns) {
  for (size_t i = 0; i < kGlyphColumns; ++i) {
    if (scale == 1) {
      put(x + i, page, columns[i]);
      continue;
    }
    for (size_t twice = 0; twice < 2; ++twice) {
      put(x + 2 * i + twice, page, stretch(columns[i] & 0x0F));
      put(x + 2 * i + twice, page + 1U, stretch(static_cast<uint8_t>(columns[i] >> 4)));
    }
  }
}

void Ssd1306::bar(uint8_t page, uint8_t width) {
  for (size_t x = 0; x < kWidth; ++x) put(x, page, x < width ? kBar : 0);
}

void Ssd1306::put(size_t x, size_t page, uint8_t column) {
  if (x < kWidth && page < kPages) frame_[page][x] = column;
}

BusResult Ssd1306::flush() {
  for (uint8_t page = 0; page < kPages; ++page) {
    const uint8_t bit = static_cast<uint8_t>(1U << page);
    if ((knownPages_ & bit) != 0 && memcmp(frame_[page], shown_[page], kWidth) == 0) continue;
    // Should the transfer break off, nobody knows what the page holds.
    knownPages_ = static_cast<uint8_t>(knownPages_ & ~bit);
    const uint8_t position[] = {static_cast<uint8_t>(kPageStart | page), kColumnLow, kColumnHigh};
    BusResult result = command(position, sizeof position);
    if (result != BusResult::ok) return result;
    uint8_t bytes[1 + kWidth] = {kData};
    memcpy(bytes + 1, frame_[page], kWidth);
    result = bus_.write(address_, bytes, sizeof bytes);
    if (result != BusResult::ok) return result;
    memcpy(shown_[page], frame_[page], kWidth);
    knownPages_ = static_cast<uint8_t>(knownPages_ | bit);
  }
  return BusResult::ok;
}

BusResult Ssd1306::command(const uint8_t* commands, size_t count) {
  uint8_t bytes[1 + sizeof kStartUp] = {kCommands};
  memcpy(bytes + 1, commands, count);
  return bus_.write(address_, bytes, count + 1);
}

}  // namespace bandsmith

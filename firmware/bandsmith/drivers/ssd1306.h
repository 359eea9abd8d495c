// The SSD1306 128×64 display: a frame buffer, text, and transfers of only the pages that differ.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/hal/i2c_bus.h"

namespace bandsmith {

class Ssd1306 {
 public:
  static constexpr uint8_t kWidth = 128;
  static constexpr uint8_t kPages = 8;

  Ssd1306(I2cBus& bus, uint8_t address) : bus_(bus), address_(address) {}

  /** Sends the start-up sequence; the whole frame is sent at the next flush(). */
  [[nodiscard]] BusResult begin();

  /** Blanks whole pages (rows of eight pixels). */
  void clear(uint8_t firstPage = 0, uint8_t pageCount = kPages);

  /**
   * Draws UTF-8 text from (x, page) on, `scale` 1 (6×8 pixels a character) or 2 (12×16), cut off at the right
   * border. A character outside ASCII shows as a box.
   */
  void text(uint8_t x, uint8_t page, uint8_t scale, const char* utf8);

  /** Fills the first `width` pixels of a page with a bar four pixels high. */
  void bar(uint8_t page, uint8_t width);

  /** Sends the pages that differ from what is shown; stops at the first failure and tells it. */
  [[nodiscard]] BusResult flush();

  /** One byte a column of eight pixels, bit 0 on top. */
  const uint8_t* page(uint8_t index) const { return frame_[index]; }

 private:
  BusResult command(const uint8_t* commands, size_t count);
  void put(size_t x, size_t page, uint8_t column);
  void glyph(size_t x, uint8_t page, uint8_t scale, const uint8_t* columns);

  I2cBus& bus_;
  uint8_t address_;
  uint8_t frame_[kPages][kWidth] = {};
  /** What the display holds, where knownPages_ has the page's bit. */
  uint8_t shown_[kPages][kWidth] = {};
  uint8_t knownPages_ = 0;
};

}  // namespace bandsmith

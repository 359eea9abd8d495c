// A picture of one bit a pixel, in the order in which the SSD1306 takes it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/drivers/fonts/font.h"

namespace bandsmith {

class Canvas {
 public:
  static constexpr uint8_t kWidth = 128;
  static constexpr uint8_t kMaxPages = 8;

  /** `height`: 64 or 32 pixels. */
  explicit Canvas(uint8_t height) : pages_(static_cast<uint8_t>(height / 8)) {}

  uint8_t height() const { return static_cast<uint8_t>(pages_ * 8); }
  uint8_t pages() const { return pages_; }

  void clear();

  /** What lies outside the picture is not drawn. */
  void pixel(int x, int y, bool on = true);
  void fill(int x, int y, int width, int height, bool on = true);
  void frame(int x, int y, int width, int height);

  /** Draws UTF-8 from the upper left corner on; what does not fit is cut off. Returns the x after the last
   * letter. */
  int text(int x, int y, const Font& font, const char* utf8);
  void textRight(int right, int y, const Font& font, const char* utf8);
  void textCentred(int y, const Font& font, const char* utf8);

  /** One byte a column of eight pixels, bit 0 on top. */
  const uint8_t* page(size_t index) const { return bytes_[index]; }

 private:
  uint8_t pages_;
  uint8_t bytes_[kMaxPages][kWidth] = {};
};

/** Pixels that a text takes, the gap after its last letter included. */
int textWidth(const Font& font, const char* utf8);

}  // namespace bandsmith

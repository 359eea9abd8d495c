// Pixels, boxes and letters.
#include "bandsmith/drivers/canvas.h"

#include <string.h>

namespace bandsmith {

namespace {

/** What broken UTF-8 is drawn as: no font has it, so it becomes a question mark. */
constexpr uint32_t kReplacement = 0xFFFD;

/** Bytes that follow the first of a character (RFC 3629, section 3). */
int followers(uint8_t first) {
  if (first < 0x80) return 0;
  if (first >= 0xC2 && first < 0xE0) return 1;
  if (first >= 0xE0 && first < 0xF0) return 2;
  if (first >= 0xF0 && first < 0xF5) return 3;
  return -1;
}

/** Takes one character off the front of a text that is not at its end. */
uint32_t nextCodePoint(const char*& utf8) {
  const uint8_t first = static_cast<uint8_t>(*utf8++);
  const int more = followers(first);
  if (more < 0) return kReplacement;
  uint32_t codePoint = more == 0 ? first : first & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    const uint8_t byte = static_cast<uint8_t>(*utf8);
    if ((byte & 0xC0) != 0x80) return kReplacement;
    codePoint = codePoint << 6 | (byte & 0x3FU);
    ++utf8;
  }
  return codePoint;
}

}  // namespace

void Canvas::clear() {
  memset(bytes_, 0, sizeof bytes_);
}

void Canvas::pixel(int x, int y, bool on) {
  if (x < 0 || x >= kWidth || y < 0 || y >= height()) return;
  uint8_t& byte = bytes_[y / 8][x];
  const uint8_t bit = static_cast<uint8_t>(1U << (y % 8));
  byte = static_cast<uint8_t>(on ? byte | bit : byte & ~bit);
}

void Canvas::fill(int x, int y, int width, int height, bool on) {
  for (int row = y; row < y + height; ++row) {
    for (int column = x; column < x + width; ++column) pixel(column, row, on);
  }
}

void Canvas::frame(int x, int y, int width, int height) {
  fill(x, y, width, 1);
  fill(x, y + height - 1, width, 1);
  fill(x, y, 1, height);
  fill(x + width - 1, y, 1, height);
}

int Canvas::text(int x, int y, const Font& font, const char* utf8) {
  while (*utf8 != '\0') {
    const uint8_t* glyph = font.glyph(nextCodePoint(utf8));
    for (int page = 0; page < font.pages; ++page) {
      for (int column = 0; column < font.width; ++column) {
        const uint32_t bits = glyph[page * font.width + column];
        for (int bit = 0; bit < 8; ++bit) {
          if ((bits >> bit & 1U) != 0) pixel(x + column, y + page * 8 + bit);
        }
      }
    }
    x += font.width;
  }
  return x;
}

void Canvas::textRight(int right, int y, const Font& font, const char* utf8) {
  (void)text(right - textWidth(font, utf8), y, font, utf8);
}

void Canvas::textCentred(int y, const Font& font, const char* utf8) {
  (void)text((kWidth - textWidth(font, utf8)) / 2, y, font, utf8);
}

int textWidth(const Font& font, const char* utf8) {
  int width = 0;
  while (*utf8 != '\0') {
    (void)nextCodePoint(utf8);
    width += font.width;
  }
  return width;
}

}  // namespace bandsmith

// What a bitmap font is here: one width for all letters, ASCII and the upper half of Latin 1.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

constexpr uint32_t kFirstAscii = 0x20;
constexpr uint32_t kLastAscii = 0x7E;
constexpr uint32_t kFirstLatin1 = 0xA0;
constexpr uint32_t kLastLatin1 = 0xFF;
constexpr size_t kAsciiCount = kLastAscii - kFirstAscii + 1;
constexpr size_t kGlyphCount = kAsciiCount + (kLastLatin1 - kFirstLatin1 + 1);

struct Font {
  uint8_t width;
  /** Height in pages of eight pixels. */
  uint8_t pages;
  /** kGlyphCount × pages × width bytes: a byte is eight rows of a column, bit 0 on top. */
  const uint8_t* glyphs;

  constexpr uint8_t height() const { return static_cast<uint8_t>(pages * 8); }

  /** A character that the font does not have is a question mark. */
  constexpr const uint8_t* glyph(uint32_t codePoint) const {
    const bool ascii = codePoint >= kFirstAscii && codePoint <= kLastAscii;
    const bool latin1 = codePoint >= kFirstLatin1 && codePoint <= kLastLatin1;
    const size_t index = ascii    ? codePoint - kFirstAscii
                         : latin1 ? kAsciiCount + (codePoint - kFirstLatin1)
                                  : '?' - kFirstAscii;
    return glyphs + index * pages * width;
  }
};

}  // namespace bandsmith

// Builds a line of text in a fixed buffer: what does not fit is cut off, never overrun.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

template <size_t Capacity>
class TextBuffer {
 public:
  TextBuffer& add(const char* text) {
    while (*text != '\0') put(*text++);
    return *this;
  }

  TextBuffer& addNumber(uint64_t value) {
    char digits[20];
    size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) put(digits[--count]);
    return *this;
  }

  /** Two hexadecimal digits with their prefix, such as 0x68. */
  TextBuffer& addHex(uint8_t value) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    add("0x");
    put(kDigits[value >> 4]);
    put(kDigits[value & 0x0F]);
    return *this;
  }

  /** Eight hexadecimal digits. */
  TextBuffer& addHexDigits(uint32_t value) {
    constexpr char kDigits[] = "0123456789abcdef";
    for (int shift = 28; shift >= 0; shift -= 4) put(kDigits[value >> shift & 0x0F]);
    return *this;
  }

  /** At least two digits. */
  TextBuffer& addTwoDigits(uint64_t value) {
    if (value < 10) put('0');
    return addNumber(value);
  }

  void clear() {
    length_ = 0;
    text_[0] = '\0';
  }

  /** A quoted JSON string (RFC 8259, section 7). */
  TextBuffer& addJson(const char* text) {
    constexpr char kDigits[] = "0123456789abcdef";
    put('"');
    for (; *text != '\0'; ++text) {
      const uint8_t byte = static_cast<uint8_t>(*text);
      if (byte < 0x20) {
        add("\\u00");
        put(kDigits[byte >> 4]);
        put(kDigits[byte & 0x0F]);
        continue;
      }
      if (*text == '"' || *text == '\\') put('\\');
      put(*text);
    }
    put('"');
    return *this;
  }

  const char* text() const { return text_; }

 private:
  void put(char character) {
    if (length_ + 1 >= Capacity) return;
    text_[length_++] = character;
    text_[length_] = '\0';
  }

  char text_[Capacity] = {};
  size_t length_ = 0;
};

}  // namespace bandsmith

// Base64 (RFC 4648, section 4), strictly: whole groups of four, padding only where it belongs.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

constexpr int base64Value(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '+') return 62;
  return letter == '/' ? 63 : -1;
}

/** Bytes that came out; -1 where the text is none, or more than `capacity` would come. */
inline int decodeBase64(const char* text, size_t length, uint8_t* bytes, size_t capacity) {
  if (length == 0 || length % 4 != 0) return -1;
  size_t count = length / 4 * 3;
  if (text[length - 1] == '=') --count;
  if (text[length - 1] == '=' && text[length - 2] == '=') --count;
  if (count > capacity) return -1;
  const size_t letters = (count * 8 + 5) / 6;
  uint32_t bits = 0;
  size_t done = 0;
  for (size_t i = 0; i < length; ++i) {
    const int value = i < letters ? base64Value(text[i]) : 0;
    if (value < 0) return -1;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (i % 4 < 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) {
      if (done < count) bytes[done++] = static_cast<uint8_t>(bits >> shift);
    }
    bits = 0;
  }
  return static_cast<int>(count);
}

constexpr size_t encodedBase64Letters(size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

/** @param text room for encodedBase64Letters(count) letters and the zero behind them */
inline void encodeBase64(const uint8_t* bytes, size_t count, char* text) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < count; i += 3) {
    const uint32_t first = bytes[i];
    const uint32_t second = i + 1 < count ? bytes[i + 1] : 0U;
    const uint32_t third = i + 2 < count ? bytes[i + 2] : 0U;
    const uint32_t bits = first << 16 | second << 8 | third;
    *text++ = kLetters[bits >> 18];
    *text++ = kLetters[bits >> 12 & 0x3F];
    *text++ = i + 1 < count ? kLetters[bits >> 6 & 0x3F] : '=';
    *text++ = i + 2 < count ? kLetters[bits & 0x3F] : '=';
  }
  *text = '\0';
}

}  // namespace bandsmith

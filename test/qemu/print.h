// Lines of a name and hexadecimal bytes.
#pragma once

#include "platform.h"

inline void print(const char* text) {
  size_t length = 0;
  while (text[length] != '\0') ++length;
  platform::write(text, length);
}

inline void printHex(const char* name, const int8_t* bytes, size_t count) {
  print(name);
  for (size_t i = 0; i < count; ++i) {
    const char* digits = "0123456789abcdef";
    const uint8_t byte = static_cast<uint8_t>(bytes[i]);
    const char text[] = {digits[byte >> 4], digits[byte & 15]};
    platform::write(text, sizeof text);
  }
  print("\n");
}

/** In hexadecimal: a division would need a function that the lx106 does not have. */
inline void printNumber(const char* name, uint32_t value) {
  int8_t bytes[4];
  for (int32_t i = 0; i < 4; ++i) bytes[i] = static_cast<int8_t>(value >> (24 - 8 * i));
  printHex(name, bytes, sizeof bytes);
}

// CRC-32 as in zlib and Ethernet (ISO 3309): names a window's bytes in eight digits.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace bandsmith {

constexpr uint32_t kCrcStart = 0xFFFFFFFF;
/** The polynomial, reversed. */
constexpr uint32_t kCrcPolynomial = 0xEDB88320;

constexpr uint32_t crcStep(uint32_t crc, uint8_t byte) {
  crc ^= byte;
  for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kCrcPolynomial : 0);
  return crc;
}

constexpr uint32_t crc32(const int8_t* values, size_t count) {
  uint32_t crc = kCrcStart;
  for (size_t i = 0; i < count; ++i) crc = crcStep(crc, static_cast<uint8_t>(values[i]));
  return ~crc;
}

}  // namespace bandsmith

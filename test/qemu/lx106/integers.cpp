// What the lx106's libgcc leaves out, since the ESP8266 has it in ROM: 64-bit products and 32-bit division.
#include <stdint.h>

namespace {

uint64_t product(uint32_t a, uint32_t b) {
  const uint32_t low = (a & 0xFFFF) * (b & 0xFFFF);
  const uint32_t middle = (a >> 16) * (b & 0xFFFF) + (low >> 16);
  const uint32_t other = (a & 0xFFFF) * (b >> 16) + (middle & 0xFFFF);
  const uint32_t high = (a >> 16) * (b >> 16) + (middle >> 16) + (other >> 16);
  return static_cast<uint64_t>(high) << 32 | (other << 16 | (low & 0xFFFF));
}

uint32_t magnitude(int32_t x) {
  return x < 0 ? 0 - static_cast<uint32_t>(x) : static_cast<uint32_t>(x);
}

}  // namespace

extern "C" {

uint64_t __muldi3(uint64_t a, uint64_t b) {
  const uint32_t a0 = static_cast<uint32_t>(a);
  const uint32_t b0 = static_cast<uint32_t>(b);
  const uint32_t cross = static_cast<uint32_t>(a >> 32) * b0 + a0 * static_cast<uint32_t>(b >> 32);
  return product(a0, b0) + (static_cast<uint64_t>(cross) << 32);
}

uint32_t __udivsi3(uint32_t a, uint32_t b) {
  uint32_t quotient = 0;
  uint32_t remainder = 0;
  for (int32_t bit = 31; bit >= 0; --bit) {
    remainder = remainder << 1 | (a >> bit & 1);
    if (remainder < b) continue;
    remainder -= b;
    quotient |= UINT32_C(1) << bit;
  }
  return quotient;
}

int32_t __divsi3(int32_t a, int32_t b) {
  const uint32_t quotient = __udivsi3(magnitude(a), magnitude(b));
  return static_cast<int32_t>((a < 0) != (b < 0) ? 0 - quotient : quotient);
}
}

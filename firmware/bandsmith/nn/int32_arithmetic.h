// ADD, SUB and MUL of int32, such as a loop's counter; modulo 2^32.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/elementwise.h"
#include "bandsmith/nn/requantize.h"

namespace bandsmith {

constexpr int32_t wrappingMultiply(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}

inline void addInt32(const ElementwiseParameters& p, const int8_t* left, const int8_t* right,
                     int8_t* output) {
  elementwise<int32_t, int32_t>(p, left, right, output, wrappingAdd);
}

inline void subtractInt32(const ElementwiseParameters& p, const int8_t* left, const int8_t* right,
                          int8_t* output) {
  elementwise<int32_t, int32_t>(p, left, right, output, wrappingSubtract);
}

inline void multiplyInt32(const ElementwiseParameters& p, const int8_t* left, const int8_t* right,
                          int8_t* output) {
  elementwise<int32_t, int32_t>(p, left, right, output, wrappingMultiply);
}

}  // namespace bandsmith

// SOFTMAX over the last dimension; the output has scale 1/256 and zero point −128.
// Source of the arithmetic: tensorflow/lite/kernels/internal/reference/softmax.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/gemmlowp.h"

namespace bandsmith {

struct SoftmaxParameters {
  int32_t rows;
  int32_t depth;
  /** beta · scale, to bring a difference to the maximum to five integer bits; its shift is to the left. */
  int32_t mantissa;
  int32_t shift;
  /** Below this difference the exponential is nothing. */
  int32_t smallestDifference;
};

constexpr int32_t kSoftmaxSumBits = 12;

/** exp(beta · scale · difference) in Q0. */
constexpr int32_t softmaxExponential(const SoftmaxParameters& p, int32_t difference) {
  const int32_t shifted = static_cast<int32_t>(static_cast<uint32_t>(difference) << p.shift);
  return expOnNegativeValues(doublingHighMul(shifted, p.mantissa));
}

inline void softmax(const SoftmaxParameters& p, const int8_t* input, int8_t* output) {
  for (int32_t row = 0; row < p.rows; ++row, input += p.depth, output += p.depth) {
    int32_t largest = INT8_MIN;
    for (int32_t i = 0; i < p.depth; ++i) {
      if (input[i] > largest) largest = input[i];
    }
    // Twelve integer bits: the compiler sees to it that so many ones fit.
    int32_t sum = 0;
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t difference = input[i] - largest;
      if (difference < p.smallestDifference) continue;
      sum += roundingDivideByPowerOfTwo(softmaxExponential(p, difference), kSoftmaxSumBits);
    }
    // The sum as 2^bits · (1 + fraction), and its reciprocal.
    const int32_t headroom = __builtin_clz(static_cast<uint32_t>(sum));
    const uint32_t fraction = (static_cast<uint32_t>(sum) << headroom) - (UINT32_C(1) << 31);
    const int32_t scale = oneOverOnePlus(static_cast<int32_t>(fraction));
    // From Q0 to the eight bits of the output. Above 31, which takes more than 500 equal maxima, the shift is
    // modulo 32, as the interpreter's is and TFLite Micro's on a PC.
    const int32_t right = (kSoftmaxSumBits - headroom + 31 - 8) & 31;
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t difference = input[i] - largest;
      const bool nothing = difference < p.smallestDifference;
      const int32_t exponential = nothing ? 0 : softmaxExponential(p, difference);
      const int32_t share = roundingDivideByPowerOfTwo(doublingHighMul(scale, exponential), right) + INT8_MIN;
      output[i] = static_cast<int8_t>(share > INT8_MAX ? INT8_MAX : share);
    }
  }
}

}  // namespace bandsmith

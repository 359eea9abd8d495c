// Operators of one value, such as RELU, LOGISTIC, TANH and QUANTIZE: int8 has 256 answers, which the compiler
// works out by the reference kernels' arithmetic.
#pragma once

#include <stdint.h>

namespace bandsmith {

struct LookUpParameters {
  int32_t count;
  /** 256 outputs, for the inputs from −128 up. */
  const int8_t* table;
};

inline void lookUp(const LookUpParameters& p, const int8_t* input, int8_t* output) {
  for (int32_t i = 0; i < p.count; ++i) output[i] = p.table[input[i] - INT8_MIN];
}

}  // namespace bandsmith

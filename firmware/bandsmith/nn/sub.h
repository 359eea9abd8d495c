// SUB: element by element, with broadcasting.
#pragma once

#include "bandsmith/nn/scaled_sum.h"

namespace bandsmith {

template <typename Inputs>
inline void sub(const ScaledSumParameters<Inputs>& p, const int8_t* left, const int8_t* right,
                int8_t* output) {
  scaledSum(p, left, right, -1, output);
}

}  // namespace bandsmith

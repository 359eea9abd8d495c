// REDUCE_MAX: the largest value over any axes.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct ReduceMaxParameters {
  /** Where the values of each output begin, in the output's order; the second steps are 0. */
  StridedWalk kept;
  /** From there to the values that are compared. */
  StridedWalk reduced;
};

inline void reduceMax(const ReduceMaxParameters& p, const int8_t* input, int8_t* output) {
  walk(p.kept, [&](int32_t start, int32_t) {
    int8_t largest = INT8_MIN;
    walk(p.reduced, [&](int32_t offset, int32_t) {
      if (input[start + offset] > largest) largest = input[start + offset];
    });
    *output++ = largest;
  });
}

}  // namespace bandsmith

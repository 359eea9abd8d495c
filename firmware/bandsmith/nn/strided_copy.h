// Values from one place to another, each with steps of its own: SLICE, TRANSPOSE, CONCATENATION and all
// others that only move values.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct StridedCopyParameters {
  /** From the input to the output. */
  StridedWalk block;
  int32_t inputOffset;
  int32_t outputOffset;
};

inline void stridedCopy(const StridedCopyParameters& p, const int8_t* input, int8_t* output) {
  const int8_t* from = input + p.inputOffset;
  int8_t* to = output + p.outputOffset;
  walk(p.block, [from, to](int32_t a, int32_t b) { to[b] = from[a]; });
}

}  // namespace bandsmith

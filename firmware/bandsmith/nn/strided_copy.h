// Values from one place to another, each with steps of its own: SLICE, TRANSPOSE, CONCATENATION and all
// others that only move values.
#pragma once

#include <stdint.h>
#include <string.h>

#include "bandsmith/nn/strided_walk.h"

namespace bandsmith {

struct StridedCopyParameters {
  /** From the input to the output. */
  StridedWalk block;
  int32_t inputOffset;
  int32_t outputOffset;
};

/** Values of so many bytes; steps and offsets count values. */
template <int32_t kBytes = 1>
inline void stridedCopy(const StridedCopyParameters& p, const int8_t* input, int8_t* output) {
  const int8_t* from = input + p.inputOffset * kBytes;
  int8_t* to = output + p.outputOffset * kBytes;
  walk(p.block, [from, to](int32_t a, int32_t b) { memcpy(to + b * kBytes, from + a * kBytes, kBytes); });
}

}  // namespace bandsmith

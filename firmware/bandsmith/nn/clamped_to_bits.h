// Clamps to powers of two, which Xtensa cores have an instruction for.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/xtensa.h"

namespace bandsmith {

/** To -2^bits … 2^bits - 1. */
template <int32_t kBits>
[[gnu::always_inline]] inline int32_t clampedToBits(int32_t x) {
#if defined(__XTENSA__) && XCHAL_HAVE_CLAMPS
  __asm__("clamps %0, %1, %2" : "=r"(x) : "r"(x), "i"(kBits));
  return x;
#else
  constexpr int32_t kBound = INT32_C(1) << kBits;
  return x < -kBound ? -kBound : x >= kBound ? kBound - 1 : x;
#endif
}

}  // namespace bandsmith

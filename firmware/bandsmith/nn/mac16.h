// Dot products of int16 on the LX6's 16-bit multiplier with its 40-bit accumulator: two loads and a
// multiply-accumulate in one instruction (Xtensa ISA reference manual, section 4.3.7), in a loop without
// overhead. Plain C++ elsewhere.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/xtensa.h"

namespace bandsmith {

/** Taps of one turn: arrays are filled up to whole turns with weights of 0. */
constexpr int32_t kMac16Taps = 4;
/** Both arrays are read this far beyond their ends: the last instructions load ahead. */
constexpr int32_t kMac16Ahead = 2;

/** start + Σ values × weights over `turns` turns. Both arrays begin at whole words. */
[[gnu::always_inline]] inline int32_t mac16Dot(const int16_t* values, const int16_t* weights, int32_t turns,
                                               int32_t start) {
#if defined(__XTENSA__) && XCHAL_HAVE_MAC16
  int32_t sum;
  // LDINC moves before it loads. ACCHI may hold anything: the sum is what stands in the lower 32 bits.
  const int16_t* x = values - 2;
  const int16_t* w = weights - 2;
  __asm__ volatile(
      "wsr %[start], acclo\n"
      "ldinc m0, %[x]\n"
      "ldinc m2, %[w]\n"
      "loopgtz %[turns], 1f\n"
      "mula.dd.ll.ldinc m1, %[x], m0, m2\n"
      "mula.dd.hh.ldinc m3, %[w], m0, m2\n"
      "mula.dd.ll.ldinc m0, %[x], m1, m3\n"
      "mula.dd.hh.ldinc m2, %[w], m1, m3\n"
      "1:\n"
      "rsr %[sum], acclo\n"
      : [x] "+&r"(x), [w] "+&r"(w), [sum] "=r"(sum)
      : [turns] "r"(turns), [start] "r"(start)
      : "memory", "acc");
  return sum;
#else
  int32_t sum = start;
  for (int32_t i = 0; i < turns * kMac16Taps; ++i) sum += values[i] * weights[i];
  return sum;
#endif
}

}  // namespace bandsmith

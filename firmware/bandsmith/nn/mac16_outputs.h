// Outputs of many windows with one filter on MAC16: dot products and what ends them.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/mac16.h"
#include "bandsmith/nn/output_scaling.h"

namespace bandsmith {

/** Windows of one phase with one filter. */
struct Mac16Run {
  const int16_t* values;
  int32_t step;
  int32_t count;
  int8_t* output;
  int32_t pitch;
};

/**
 * One channel of outputs, of any scaling: the dot product in assembly, the rest in C++. `kPitch`: bytes from
 * one output to the next; `kBack`: from where a dot product ends to the next window.
 */
template <int32_t kPitch, int32_t kBack, typename Scaling>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const Scaling& channel, const ClampedRange& range) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  for (int32_t left = run.count; left > 0; --left, values += run.step, output += run.pitch) {
    *output = scaledOutput(mac16Dot(values, weights, turns, channel.start), channel, range);
  }
}

#if defined(__XTENSA__) && XCHAL_HAVE_MAC16

// All that is written is so before the last input is read: "&", or an input of the same value may share its
// register.

/** From the beginning to a clamped sum of the next window. LDINC moves before it loads. */
#define BANDSMITH_MAC16_SUM                  \
  "ssr %[sum]\n"                             \
  "addi %[values], %[values], -4\n"          \
  "2:\n"                                     \
  "addi %[weight], %[weights], -4\n"         \
  "wsr %[start], acclo\n"                    \
  "ldinc m0, %[values]\n"                    \
  "ldinc m2, %[weight]\n"                    \
  "loopgtz %[turns], 1f\n"                   \
  "mula.dd.ll.ldinc m1, %[values], m0, m2\n" \
  "mula.dd.hh.ldinc m3, %[weight], m0, m2\n" \
  "mula.dd.ll.ldinc m0, %[values], m1, m3\n" \
  "mula.dd.hh.ldinc m2, %[weight], m1, m3\n" \
  "1:\n"                                     \
  "rsr %[sum], acclo\n"                      \
  "clamps %[sum], %[sum], %[bits]\n"

/** From the line's value to the next window. */
#define BANDSMITH_MAC16_STORE             \
  "sra %[sum], %[sum]\n"                  \
  "clamps %[sum], %[sum], 7\n"            \
  "s8i %[sum], %[output], 0\n"            \
  "addi %[output], %[output], %[pitch]\n" \
  "addi %[values], %[values], %[back]\n"  \
  "bne %[output], %[end], 2b\n"

/** Without leaving the registers: scaledOutput() of a NarrowScaling. */
template <int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const NarrowScaling& channel, const ClampedRange& /*range*/) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  // Registers are scarce: this one brings the shift.
  int32_t sum = channel.shift;
  const int16_t* weight;
  __asm__ volatile(
      BANDSMITH_MAC16_SUM
      "mull %[weight], %[sum], %[low]\n"
      "srai %[weight], %[weight], %[split]\n"
      "mull %[sum], %[sum], %[high]\n"
      "add %[weight], %[weight], %[rounding]\n"
      "add %[sum], %[sum], %[weight]\n" BANDSMITH_MAC16_STORE
      : [values] "+&r"(values), [output] "+&r"(output), [sum] "+&r"(sum), [weight] "=&r"(weight)
      : [weights] "r"(weights), [turns] "r"(turns), [start] "r"(channel.start), [high] "r"(channel.high),
        [low] "r"(channel.low), [rounding] "r"(channel.rounding), [end] "r"(run.output + run.count * kPitch),
        [bits] "i"(kSumBits), [split] "i"(kSplitBits), [pitch] "i"(kPitch), [back] "i"(kBack)
      : "memory", "acc");
}

/** That of a NarrowSignedScaling. */
template <int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const NarrowSignedScaling& channel,
                                                const ClampedRange& /*range*/) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  // Registers are scarce: this one brings the shift.
  int32_t sum = channel.shift;
  const int16_t* weight;
  int32_t sign;
  __asm__ volatile(BANDSMITH_MAC16_SUM
                   "srai %[sign], %[sum], 31\n"
                   "mull %[weight], %[sum], %[low]\n"
                   "and %[sign], %[sign], %[negative]\n"
                   "srai %[weight], %[weight], %[split]\n"
                   "mull %[sum], %[sum], %[high]\n"
                   "add %[sign], %[sign], %[rounding]\n"
                   "add %[weight], %[weight], %[sign]\n"
                   "add %[sum], %[sum], %[weight]\n" BANDSMITH_MAC16_STORE
                   : [values] "+&r"(values), [output] "+&r"(output), [sum] "+&r"(sum), [weight] "=&r"(weight),
                     [sign] "=&r"(sign)
                   : [weights] "r"(weights), [turns] "r"(turns), [start] "r"(channel.start),
                     [high] "r"(channel.high), [low] "r"(channel.low), [rounding] "r"(channel.rounding),
                     [negative] "r"(channel.negative), [end] "r"(run.output + run.count * kPitch),
                     [bits] "i"(kSumBits), [split] "i"(kSplitBits), [pitch] "i"(kPitch), [back] "i"(kBack)
                   : "memory", "acc");
}

/** That of a FineScaling. */
template <int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const FineScaling& channel, const ClampedRange& /*range*/) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  // Registers are scarce: this one brings the shift.
  int32_t sum = channel.shift;
  const int16_t* weight;
  int32_t product;
  __asm__ volatile(
      BANDSMITH_MAC16_SUM
      "mull %[weight], %[sum], %[low]\n"
      "mull %[product], %[sum], %[middle]\n"
      "srai %[weight], %[weight], %[split]\n"
      "add %[weight], %[weight], %[product]\n"
      "mull %[sum], %[sum], %[high]\n"
      "srai %[weight], %[weight], %[split]\n"
      "add %[weight], %[weight], %[rounding]\n"
      "add %[sum], %[sum], %[weight]\n" BANDSMITH_MAC16_STORE
      : [values] "+&r"(values), [output] "+&r"(output), [sum] "+&r"(sum), [weight] "=&r"(weight),
        [product] "=&r"(product)
      : [weights] "r"(weights), [turns] "r"(turns), [start] "r"(channel.start), [high] "r"(channel.high),
        [low] "r"(channel.low), [rounding] "r"(channel.rounding), [middle] "r"(channel.middle),
        [end] "r"(run.output + run.count * kPitch), [bits] "i"(kFineSumBits), [split] "i"(kFineSplitBits),
        [pitch] "i"(kPitch), [back] "i"(kBack)
      : "memory", "acc");
}

#undef BANDSMITH_MAC16_SUM
#undef BANDSMITH_MAC16_STORE

#endif

}  // namespace bandsmith

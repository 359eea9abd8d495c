// CONV_2D of height 1 and FULLY_CONNECTED for cores with MAC16 (the ESP32): a row of the input is widened to
// int16 with its padding, so that every window is an array, and weights lie in flash as int16. Equal to
// conv_2d.h to the bit wherever the compiler chooses it (src/ops/mac16-conv.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/channel_scaling.h"
#include "bandsmith/nn/mac16.h"
#include "bandsmith/nn/window_2d.h"

namespace bandsmith {

struct Mac16Conv1dParameters {
  /** Rows of the input, one after the other. */
  int32_t rows;
  SlidingAxis columns;
  int32_t inputDepth;
  /** The input's depth, rounded up to whole words. */
  int32_t widenedDepth;
  int32_t outputDepth;
  int32_t inputZeroPoint;
  /** Turns of a window's dot product, and values of a filter. */
  int32_t turns;
  ClampedRange range;
  /** [out, turns · 4]. */
  const int16_t* weights;
  const ChannelScaling* channels;
  /** Columns of one phase: column x is the (x / dilation)-th of phase x % dilation. */
  int32_t phaseColumns;
};

/** Values side by side in int16, from int8; returns what follows them. */
inline const int8_t* widen(const int8_t* input, int32_t count, int16_t* to) {
  for (; count >= 4; count -= 4, input += 4, to += 4) {
    to[0] = input[0];
    to[1] = input[1];
    to[2] = input[2];
    to[3] = input[3];
  }
  for (; count > 0; --count) *to++ = *input++;
  return input;
}

/**
 * The row with its padding in int16, [phase, column, widened depth]: taps of a window lie side by side in a
 * phase. What the zero weights meet need not be written: any value would do.
 */
inline void widenRow(const Mac16Conv1dParameters& p, int16_t* widened, const int8_t* input) {
  const int16_t zero = static_cast<int16_t>(p.inputZeroPoint);
  const int32_t depth = p.inputDepth;
  // Columns that lie side by side in both go in one piece.
  const bool isPlain = p.columns.dilation == 1 && depth == p.widenedDepth;
  int32_t x = -p.columns.pad;
  for (int32_t column = 0; column < p.phaseColumns; ++column) {
    for (int32_t phase = 0; phase < p.columns.dilation; ++phase, ++x) {
      int16_t* to = widened + (phase * p.phaseColumns + column) * p.widenedDepth;
      if (x < 0 || x >= p.columns.input) {
        for (const int16_t* const end = to + depth; to != end; ++to) *to = zero;
      } else if (isPlain) {
        input = widen(input, p.columns.input * depth, to);
        x += p.columns.input - 1;
        column += p.columns.input - 1;
      } else {
        input = widen(input, depth, to);
      }
    }
  }
}

/** Windows of one phase with one filter. */
struct Mac16Run {
  const int16_t* values;
  int32_t step;
  int32_t count;
  int8_t* output;
  int32_t pitch;
};

/** Any channel: the dot product in assembly, the rest in C++. */
[[gnu::always_inline]] inline void mac16Channel(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const ChannelScaling& channel, const ClampedRange& range) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  for (int32_t left = run.count; left > 0; --left, values += run.step, output += run.pitch) {
    *output = clamped(requantized(mac16Dot(values, weights, turns, channel.start), channel), range);
  }
}

#if defined(__XTENSA__) && XCHAL_HAVE_MAC16

/**
 * The same without leaving the registers, for outputs that are clamped to int8 and no lower than the zero
 * point: then a negative sum gives the least output however it is rounded. `kPitch`: bytes from one output to
 * the next; `kBack`: from where a dot product ends to the next window.
 */
template <int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Rectified(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                  const ChannelScaling& channel) {
  const int16_t* values = run.values - 2;
  int8_t* output = run.output;
  int32_t left = run.count;
  // Registers are scarce: this one brings the shift.
  int32_t sum = channel.shift;
  int32_t middle;
  const int16_t* weight;
  // The names are those of highProductOfHalves; its constants are those of channel_scaling.h.
  __asm__ volatile(
      "ssr %[sum]\n"
      "2:\n"
      "mov %[weight], %[weights]\n"
      "wsr %[start], acclo\n"
      "ldinc m0, %[values]\n"
      "ldinc m2, %[weight]\n"
      "loopgtz %[turns], 1f\n"
      "mula.dd.ll.ldinc m1, %[values], m0, m2\n"
      "mula.dd.hh.ldinc m3, %[weight], m0, m2\n"
      "mula.dd.ll.ldinc m0, %[values], m1, m3\n"
      "mula.dd.hh.ldinc m2, %[weight], m1, m3\n"
      "1:\n"
      "rsr %[sum], acclo\n"
      "mul16u %[middle], %[sum], %[c]\n"
      "mul16u %[weight], %[sum], %[d]\n"
      "srai %[sum], %[sum], 16\n"
      "extui %[weight], %[weight], 16, 16\n"
      "add %[middle], %[middle], %[weight]\n"
      "mull %[weight], %[sum], %[d]\n"
      "add %[middle], %[middle], %[ends]\n"
      "add %[middle], %[middle], %[weight]\n"
      "mull %[sum], %[sum], %[c]\n"
      "srli %[middle], %[middle], 15\n"
      "addx2 %[sum], %[sum], %[middle]\n"
      "add %[sum], %[sum], %[rounding]\n"
      "sra %[sum], %[sum]\n"
      "clamps %[sum], %[sum], 7\n"
      "s8i %[sum], %[output], 0\n"
      "addi %[output], %[output], %[pitch]\n"
      "addi %[values], %[values], %[back]\n"
      "addi %[left], %[left], -1\n"
      "bnez %[left], 2b\n"
      : [values] "+r"(values), [output] "+r"(output), [left] "+r"(left), [sum] "+r"(sum),
        [middle] "=&r"(middle), [weight] "=&r"(weight)
      : [weights] "r"(weights - 2), [turns] "r"(turns), [start] "r"(channel.start),
        [c] "r"(channel.mantissa >> 16), [d] "r"(channel.mantissa & 0xFFFF),
        [ends] "r"((1 << 14) + (1 << 23)), [rounding] "r"(channel.rounding - (1 << 8)), [pitch] "i"(kPitch),
        [back] "i"(kBack)
      : "memory", "acc");
}

#endif

/** One channel of outputs. `kRectified`: whether mac16Rectified holds. */
template <int32_t kRectified, int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const ChannelScaling& channel, const ClampedRange& range) {
#if defined(__XTENSA__) && XCHAL_HAVE_MAC16
  if constexpr (kRectified != 0) {
    mac16Rectified<kPitch, kBack>(run, weights, turns, channel);
    return;
  }
#endif
  mac16Channel(run, weights, turns, channel, range);
}

/**
 * `widened`: a row of the input, as widenRow() lays it out. It is there before the first output of the row is
 * written: the output may lie where the input was (src/ops/mac16-conv.ts).
 */
template <int32_t kRectified, int32_t kPitch, int32_t kBack>
inline void mac16Conv1d(const Mac16Conv1dParameters& p, int16_t* widened, const int8_t* input,
                        int8_t* output) {
  const SlidingAxis columns = p.columns;
  const ClampedRange range = p.range;
  const int32_t turns = p.turns;
  const int32_t outputDepth = p.outputDepth;
  const int32_t phases = columns.dilation < columns.output ? columns.dilation : columns.output;
  for (int32_t row = 0; row < p.rows; ++row) {
    widenRow(p, widened, input);
    for (int32_t phase = 0; phase < phases; ++phase) {
      Mac16Run run = {widened + phase * p.phaseColumns * p.widenedDepth, columns.stride * p.widenedDepth,
                      (columns.output - phase + columns.dilation - 1) / columns.dilation,
                      output + phase * outputDepth, columns.dilation * outputDepth};
      const int16_t* weights = p.weights;
      const ChannelScaling* channel = p.channels;
      for (int32_t c = outputDepth; c > 0; --c, weights += turns * kMac16Taps, ++channel, ++run.output) {
        const ChannelScaling own = *channel;
        mac16Outputs<kRectified, kPitch, kBack>(run, weights, turns, own, range);
      }
    }
    input += columns.input * p.inputDepth;
    output += columns.output * outputDepth;
  }
}

}  // namespace bandsmith

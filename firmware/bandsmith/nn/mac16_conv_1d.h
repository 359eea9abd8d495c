// CONV_2D of height 1 and FULLY_CONNECTED for cores with MAC16 (the ESP32): a row of the input is widened to
// int16 with its padding, so that every window is an array, and weights lie in flash as int16. Equal to
// conv_2d.h to the bit wherever the compiler chooses it (src/ops/mac16-conv.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/output_scaling.h"
#include "bandsmith/nn/mac16.h"
#include "bandsmith/nn/widen.h"
#include "bandsmith/nn/window_2d.h"

namespace bandsmith {

template <typename Scaling>
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
  const Scaling* channels;
  /** Columns of one phase: column x is the (x / dilation)-th of phase x % dilation. */
  int32_t phaseColumns;
};

/**
 * The row with its padding in int16, [phase, column, widened depth]: taps of a window lie side by side in a
 * phase. What the zero weights meet need not be written: any value would do.
 */
template <int32_t kWords, typename Scaling>
inline void widenRow(const Mac16Conv1dParameters<Scaling>& p, int16_t* widened, const int8_t* input) {
  const int16_t zero = static_cast<int16_t>(p.inputZeroPoint + (kWords != 0 ? 128 : 0));
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
        input = widenColumns<kWords>(input, p.columns.input * depth, to);
        x += p.columns.input - 1;
        column += p.columns.input - 1;
      } else {
        input = widenColumns<kWords>(input, depth, to);
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
template <typename Scaling>
[[gnu::always_inline]] inline void mac16Channel(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const Scaling& channel, const ClampedRange& range) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  for (int32_t left = run.count; left > 0; --left, values += run.step, output += run.pitch) {
    *output = scaledOutput(mac16Dot(values, weights, turns, channel.start), channel, range);
  }
}

#if defined(__XTENSA__) && XCHAL_HAVE_MAC16

/**
 * The same without leaving the registers. `kPitch`: bytes from one output to the next; `kBack`: from where a
 * dot product ends to the next window.
 */
template <int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Narrow(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                               const NarrowScaling& channel) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  // Registers are scarce: this one brings the shift.
  int32_t sum = channel.shift;
  const int16_t* weight;
  // LDINC moves before it loads. From RSR on, it is scaledOutput() of a NarrowScaling.
  __asm__ volatile(
      "ssr %[sum]\n"
      "addi %[values], %[values], -4\n"
      "2:\n"
      "addi %[weight], %[weights], -4\n"
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
      "clamps %[sum], %[sum], %[bits]\n"
      "mull %[weight], %[sum], %[low]\n"
      "srai %[weight], %[weight], %[split]\n"
      "mull %[sum], %[sum], %[high]\n"
      "add %[weight], %[weight], %[rounding]\n"
      "add %[sum], %[sum], %[weight]\n"
      "sra %[sum], %[sum]\n"
      "clamps %[sum], %[sum], 7\n"
      "s8i %[sum], %[output], 0\n"
      "addi %[output], %[output], %[pitch]\n"
      "addi %[values], %[values], %[back]\n"
      "bne %[output], %[end], 2b\n"
      : [values] "+r"(values), [output] "+r"(output), [sum] "+r"(sum), [weight] "=&r"(weight)
      : [weights] "r"(weights), [turns] "r"(turns), [start] "r"(channel.start), [high] "r"(channel.high),
        [low] "r"(channel.low), [rounding] "r"(channel.rounding), [end] "r"(run.output + run.count * kPitch),
        [bits] "i"(kSumBits), [split] "i"(kSplitBits), [pitch] "i"(kPitch), [back] "i"(kBack)
      : "memory", "acc");
}

#endif

/** One channel of outputs. */
template <int32_t kPitch, int32_t kBack, typename Scaling>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const Scaling& channel, const ClampedRange& range) {
  mac16Channel(run, weights, turns, channel, range);
}

#if defined(__XTENSA__) && XCHAL_HAVE_MAC16
template <int32_t kPitch, int32_t kBack>
[[gnu::always_inline]] inline void mac16Outputs(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const NarrowScaling& channel, const ClampedRange& /*range*/) {
  mac16Narrow<kPitch, kBack>(run, weights, turns, channel);
}
#endif

/**
 * `widened`: a row of the input, as widenRow() lays it out. It is there before the first output of the row is
 * written: the output may lie where the input was (src/ops/mac16-conv.ts).
 */
template <int32_t kPitch, int32_t kBack, int32_t kWords, typename Scaling>
inline void mac16Rows(const Mac16Conv1dParameters<Scaling>& p, int16_t* widened, const int8_t* input,
                      int8_t* output) {
  const SlidingAxis columns = p.columns;
  const ClampedRange range = p.range;
  int8_t* rowOutput = output;
  const int32_t turns = p.turns;
  const int32_t outputDepth = p.outputDepth;
  const int32_t phases = columns.dilation < columns.output ? columns.dilation : columns.output;
  for (int32_t row = 0; row < p.rows; ++row) {
    widenRow<kWords>(p, widened, input);
    for (int32_t phase = 0; phase < phases; ++phase) {
      Mac16Run run = {widened + phase * p.phaseColumns * p.widenedDepth, columns.stride * p.widenedDepth,
                      (columns.output - phase + columns.dilation - 1) / columns.dilation,
                      rowOutput + phase * outputDepth, columns.dilation * outputDepth};
      const int16_t* weights = p.weights;
      const Scaling* channel = p.channels;
      for (int32_t c = outputDepth; c > 0; --c, weights += turns * kMac16Taps, ++channel, ++run.output) {
        const Scaling own = *channel;
        mac16Outputs<kPitch, kBack>(run, weights, turns, own, range);
      }
    }
    input += columns.input * p.inputDepth;
    rowOutput += columns.output * outputDepth;
  }
}

/**
 * `kPitch`, `kBack`: see mac16Narrow(). `kWords`: see widenColumns(). `widened`: a row of the input, as
 * widenRow() lays it out.
 */
template <int32_t kPitch, int32_t kBack, int32_t kWords, typename Scaling>
inline void mac16Conv1d(const Mac16Conv1dParameters<Scaling>& p, int16_t* widened, const int8_t* input,
                        int8_t* output) {
#if defined(__XTENSA__) && XCHAL_HAVE_MAC16
  mac16Rows<kPitch, kBack, kWords>(p, widened, input, output);
#else
  // One copy for all: only assembly needs the constants.
  mac16Rows<0, 0, kWords>(p, widened, input, output);
#endif
}

}  // namespace bandsmith

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
  /** [phase, column, widened depth]: taps of a window lie side by side in a phase. */
  int16_t* widened;
};

/** The row with its padding in int16. What the zero weights meet is written too: any value would do. */
inline void widenRow(const Mac16Conv1dParameters& p, const int8_t* input) {
  const int32_t zero = p.inputZeroPoint;
  const int32_t end = p.columns.input;
  const int32_t depth = p.inputDepth;
  int32_t x = -p.columns.pad;
  for (int32_t column = 0; column < p.phaseColumns; ++column) {
    for (int32_t phase = 0; phase < p.columns.dilation; ++phase, ++x) {
      int16_t* to = p.widened + (phase * p.phaseColumns + column) * p.widenedDepth;
      if (x >= 0 && x < end) {
        for (const int8_t* last = input + depth; input != last; ++input) *to++ = *input;
      } else {
        for (const int16_t* last = to + depth; to != last; ++to) *to = static_cast<int16_t>(zero);
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

[[gnu::always_inline]] inline void mac16Channel(const Mac16Run& run, const int16_t* weights, int32_t turns,
                                                const ChannelScaling& channel, const ClampedRange& range) {
  const int16_t* values = run.values;
  int8_t* output = run.output;
  for (int32_t left = run.count; left > 0; --left, values += run.step, output += run.pitch) {
    *output = clamped(requantized(mac16Dot(values, weights, turns, channel.start), channel), range);
  }
}

inline void mac16Conv1d(const Mac16Conv1dParameters& p, const int8_t* input, int8_t* output) {
  const SlidingAxis columns = p.columns;
  const ClampedRange range = p.range;
  const int32_t turns = p.turns;
  const int32_t outputDepth = p.outputDepth;
  const int32_t phases = columns.dilation < columns.output ? columns.dilation : columns.output;
  for (int32_t row = 0; row < p.rows; ++row) {
    widenRow(p, input);
    for (int32_t phase = 0; phase < phases; ++phase) {
      const Mac16Run run = {p.widened + phase * p.phaseColumns * p.widenedDepth,
                            columns.stride * p.widenedDepth,
                            (columns.output - phase + columns.dilation - 1) / columns.dilation,
                            output + phase * outputDepth, columns.dilation * outputDepth};
      const int16_t* weights = p.weights;
      for (int32_t c = 0; c < outputDepth; ++c, weights += turns * kMac16Taps) {
        Mac16Run own = run;
        own.output += c;
        const ChannelScaling channel = p.channels[c];
        mac16Channel(own, weights, turns, channel, range);
      }
    }
    input += columns.input * p.inputDepth;
    output += columns.output * outputDepth;
  }
}

}  // namespace bandsmith

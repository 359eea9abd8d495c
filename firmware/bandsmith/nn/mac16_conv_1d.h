// CONV_2D of height 1 and FULLY_CONNECTED for cores with MAC16 (the ESP32): a row of the input is widened to
// int16 with its padding, so that every window is an array, and weights lie in flash as int16. Equal to
// conv_2d.h to the bit wherever the compiler chooses it (src/ops/mac16-conv.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/mac16_outputs.h"
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
 * `kPitch`, `kBack`: see mac16Outputs(). `kWords`: see widenColumns(). `widened`: a row of the input, as
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

// DEPTHWISE_CONV_2D with one filter a channel, specialised for the filter's size: a channel's weights stay in
// registers for a whole run of positions. Equal to depthwise_conv_2d.h to the bit wherever the compiler
// chooses it (src/ops/unrolled-depthwise.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/output_scaling.h"
#include "bandsmith/nn/padded_windows.h"

namespace bandsmith {

template <typename Scaling>
struct UnrolledDepthwiseParameters {
  int32_t batches;
  SlidingAxis rows;
  SlidingAxis columns;
  int32_t depth;
  int32_t inputZeroPoint;
  ClampedRange range;
  /** [channel, height, width]. */
  const int8_t* weights;
  const Scaling* channels;
};

/** Windows that are copied at a time where they reach into the padding. */
constexpr int32_t kPaddedRun = 2;

/** The taps of a filter row, `kPitch` values apart. By recursion: loops may be left rolled. */
template <int32_t kTaps, int32_t kPitch>
struct FilterRow {
  int32_t weight;
  FilterRow<kTaps - 1, kPitch> rest;

  [[gnu::always_inline]] void load(const int8_t* weights) {
    weight = *weights;
    rest.load(weights + 1);
  }
  [[gnu::always_inline]] int32_t addTo(int32_t sum, const int8_t* input) const {
    return rest.addTo(sum + weight * *input, input + kPitch);
  }
};

template <int32_t kPitch>
struct FilterRow<0, kPitch> {
  [[gnu::always_inline]] void load(const int8_t*) {}
  [[gnu::always_inline]] int32_t addTo(int32_t sum, const int8_t*) const { return sum; }
};

template <int32_t kRows, int32_t kTaps, int32_t kPitch>
struct Filter {
  FilterRow<kTaps, kPitch> row;
  Filter<kRows - 1, kTaps, kPitch> rest;

  [[gnu::always_inline]] void load(const int8_t* weights) {
    row.load(weights);
    rest.load(weights + kTaps);
  }
  [[gnu::always_inline]] int32_t addTo(int32_t sum, const int8_t* input, int32_t rowPitch) const {
    return rest.addTo(row.addTo(sum, input), input + rowPitch, rowPitch);
  }
};

template <int32_t kTaps, int32_t kPitch>
struct Filter<0, kTaps, kPitch> {
  [[gnu::always_inline]] void load(const int8_t*) {}
  [[gnu::always_inline]] int32_t addTo(int32_t sum, const int8_t*, int32_t) const { return sum; }
};

/** `count` positions side by side, channel by channel. */
template <int32_t kRows, int32_t kTaps, int32_t kPitch, typename Scaling>
inline void depthwiseRun(const UnrolledDepthwiseParameters<Scaling>& p, const Windows& windows, int32_t count,
                         int8_t* output) {
  const int32_t step = p.columns.stride * p.depth;
  const int32_t depth = p.depth;
  const int32_t rowPitch = windows.rowPitch;
  const ClampedRange range = p.range;
  const int8_t* weights = p.weights;
  for (int32_t c = 0; c < depth; ++c, weights += kRows * kTaps) {
    const Scaling channel = p.channels[c];
    Filter<kRows, kTaps, kPitch> filter;
    filter.load(weights);
    const int8_t* input = windows.first + c;
    int8_t* to = output + c;
    for (int8_t* const end = to + count * depth; to != end; to += depth, input += step) {
      *to = scaledOutput(filter.addTo(channel.start, input, rowPitch), channel, range);
    }
  }
}

/**
 * `kRows` × `kTaps`: the filter. `kPitch`: values from one tap of a row to the next. `padded`: for windows
 * that reach into the padding; nullptr where none does.
 */
template <int32_t kRows, int32_t kTaps, int32_t kPitch, typename Scaling>
inline void unrolledDepthwise(const UnrolledDepthwiseParameters<Scaling>& p, int8_t* padded,
                              const int8_t* input, int8_t* output) {
  Image image = {input, p.rows, p.columns, p.depth, p.inputZeroPoint};
  for (int32_t b = 0; b < p.batches; ++b, image.values += p.rows.input * p.columns.input * p.depth) {
    for (int32_t oy = 0; oy < p.rows.output; ++oy) {
      const bool rowsInside = isInside(p.rows, oy, oy);
      for (int32_t ox = 0; ox < p.columns.output;) {
        int32_t end = ox;
        while (rowsInside && end < p.columns.output && isInside(p.columns, end, end)) ++end;
        Windows windows = {};
        if (end > ox) {
          windows = windowsInPlace(image, oy, ox);
        } else {
          // Up to the first window that lies inside, or the row's end.
          while (end < p.columns.output && end < ox + kPaddedRun &&
                 !(rowsInside && isInside(p.columns, end, end))) {
            ++end;
          }
          windows = paddedWindows(image, oy, ox, end - ox, padded);
        }
        depthwiseRun<kRows, kTaps, kPitch>(p, windows, end - ox, output);
        output += (end - ox) * p.depth;
        ox = end;
      }
    }
  }
}

}  // namespace bandsmith

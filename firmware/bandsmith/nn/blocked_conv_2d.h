// CONV_2D and FULLY_CONNECTED in register blocks: some windows times four filters at once, everything that
// the compiler can know worked out. Equal to conv_2d.h to the bit wherever the compiler chooses it
// (src/ops/blocked-conv.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/dot_block.h"
#include "bandsmith/nn/padded_windows.h"

namespace bandsmith {

template <typename Scaling>
struct BlockedConv2dParameters {
  int32_t batches;
  SlidingAxis rows;
  SlidingAxis columns;
  int32_t inputDepth;
  int32_t outputDepth;
  int32_t inputZeroPoint;
  ClampedRange range;
  /** [blocks of four filters, height, width, in, 4]; filters that a last block lacks are zero. */
  const int8_t* weights;
  const Scaling* channels;
};

/** Some windows with all filters. */
template <int32_t kWindows, int32_t kStep, typename Scaling>
inline void blockedConvolution(const BlockedConv2dParameters<Scaling>& p, const Windows& windows,
                               int8_t* output) {
  // The taps of a filter row lie side by side unless they are spread out.
  const bool isDense = p.columns.dilation == 1;
  const int32_t taps = isDense ? p.columns.filter * p.inputDepth : p.inputDepth;
  const int32_t runs = isDense ? 1 : p.columns.filter;
  const int32_t runPitch = p.columns.dilation * p.inputDepth;
  const int8_t* weights = p.weights;
  for (int32_t c = 0; c < p.outputDepth; c += kBlockChannels) {
    DotBlock<kWindows, kStep> block;
    const Scaling* channels = p.channels + c;
    block.begin({channels[0].start, channels[1].start, channels[2].start, channels[3].start});
    for (int32_t row = 0; row < p.rows.filter; ++row) {
      const int8_t* input = windows.first + row * windows.rowPitch;
      for (int32_t run = 0; run < runs; ++run, input += runPitch) {
        weights = addRun(block, input, weights, taps);
      }
    }
    storeBlock(block, channels, p.outputDepth - c, p.range, output + c, p.outputDepth);
  }
}

/**
 * `kWidth`: windows at a time; an output row has at least as many. `kStep`: values from one to the next.
 * `padded`: for windows that reach into the padding; nullptr where none does. The output may overlap the
 * input as far as the order of rows and blocks of windows allows (src/ops/blocked-conv.ts).
 */
template <int32_t kWidth, int32_t kStep, typename Scaling>
inline void blockedConv2d(const BlockedConv2dParameters<Scaling>& p, int8_t* padded, const int8_t* input,
                          int8_t* output) {
  constexpr int32_t kWindows = kWidth < kMostWindows ? kWidth : kMostWindows;
  Image image = {input, p.rows, p.columns, p.inputDepth, p.inputZeroPoint};
  for (int32_t b = 0; b < p.batches; ++b, image.values += p.rows.input * p.columns.input * p.inputDepth) {
    for (int32_t oy = 0; oy < p.rows.output; ++oy, output += p.columns.output * p.outputDepth) {
      const bool rowsInside = isInside(p.rows, oy, oy);
      for (int32_t next = 0; next < p.columns.output; next += kWindows) {
        // The last block of a row may begin earlier: some outputs are then computed twice, to the same end.
        const int32_t ox = next + kWindows > p.columns.output ? p.columns.output - kWindows : next;
        const bool inside = rowsInside && isInside(p.columns, ox, ox + kWindows - 1);
        const Windows windows =
            inside ? windowsInPlace(image, oy, ox) : paddedWindows(image, oy, ox, kWindows, padded);
        blockedConvolution<kWindows, kStep>(p, windows, output + ox * p.outputDepth);
      }
    }
  }
}

}  // namespace bandsmith

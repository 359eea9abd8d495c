// Dot products of a few input windows with four filters at once, so that a loaded value is used several
// times.
#pragma once

#include <stdint.h>

#include "bandsmith/nn/output_scaling.h"

namespace bandsmith {

/** Filters whose weights lie interleaved: the four of one tap side by side. */
constexpr int32_t kBlockChannels = 4;

// Windows at a time: sixteen sums and what they need fit the 28 registers of RISC-V, eight those of others.
#if defined(__XTENSA__)
constexpr int32_t kMostWindows = 2;
#else
constexpr int32_t kMostWindows = 4;
#endif

/** Sums of one window with four filters. */
struct FourSums {
  int32_t c0;
  int32_t c1;
  int32_t c2;
  int32_t c3;
};

/** Windows that lie `kStep` values apart. By recursion, since loops may be left rolled and sums then in
 * memory. */
template <int32_t kWindows, int32_t kStep>
struct DotBlock {
  FourSums sums;
  int32_t value;
  DotBlock<kWindows - 1, kStep> rest;

  [[gnu::always_inline]] void begin(const FourSums& starts) {
    sums = starts;
    rest.begin(starts);
  }
  [[gnu::always_inline]] void load(const int8_t* input) {
    value = *input;
    rest.load(input + kStep);
  }
  [[gnu::always_inline]] void add(int32_t FourSums::*which, int32_t weight) {
    sums.*which += value * weight;
    // In this order: or the compiler, for all products to be ready early, holds sums in memory.
    __asm__ volatile("" : "+r"(sums.*which));
    rest.add(which, weight);
  }
  /** One of the four sums of each window, scaled, `pitch` apart. */
  template <typename Scaling>
  [[gnu::always_inline]] void store(int32_t FourSums::*which, const Scaling& channel,
                                    const ClampedRange& range, int8_t* output, int32_t pitch) const {
    *output = scaledOutput(sums.*which, channel, range);
    rest.store(which, channel, range, output + pitch, pitch);
  }
};

template <int32_t kStep>
struct DotBlock<0, kStep> {
  [[gnu::always_inline]] void begin(const FourSums&) {}
  [[gnu::always_inline]] void load(const int8_t*) {}
  [[gnu::always_inline]] void add(int32_t FourSums::*, int32_t) {}
  template <typename Scaling>
  [[gnu::always_inline]] void store(int32_t FourSums::*, const Scaling&, const ClampedRange&, int8_t*,
                                    int32_t) const {}
};

/** Adds a run of `taps` values that lie side by side; returns the weights of the next run. */
template <int32_t kWindows, int32_t kStep>
[[gnu::always_inline]] inline const int8_t* addRun(DotBlock<kWindows, kStep>& block, const int8_t* input,
                                                   const int8_t* weights, int32_t taps) {
  const auto tap = [&](int32_t i) __attribute__((always_inline)) {
    const int8_t* w = weights + i * kBlockChannels;
    block.load(input + i);
    block.add(&FourSums::c0, w[0]);
    block.add(&FourSums::c1, w[1]);
    block.add(&FourSums::c2, w[2]);
    block.add(&FourSums::c3, w[3]);
  };
  const int8_t* const end = weights + taps * kBlockChannels;
  if constexpr (kWindows == 1) {
    // Of so small a block, the loop's own instructions are a fifth.
    constexpr int32_t kTaps = 4;
    const int8_t* const last = end - (taps % kTaps) * kBlockChannels;
    for (; weights != last; weights += kTaps * kBlockChannels, input += kTaps) {
      tap(0);
      tap(1);
      tap(2);
      tap(3);
    }
  }
  for (; weights != end; weights += kBlockChannels, ++input) tap(0);
  return weights;
}

/** Scales the sums of up to four channels; a last block may have fewer. */
template <int32_t kWindows, int32_t kStep, typename Scaling>
[[gnu::always_inline]] inline void storeBlock(const DotBlock<kWindows, kStep>& block, const Scaling* channels,
                                              int32_t count, const ClampedRange& range, int8_t* output,
                                              int32_t pitch) {
  // Copies, since for all that the compiler knows a store of int8 could change the constants.
  const ClampedRange to = range;
  const auto store = [&](int32_t c, int32_t FourSums::*which) __attribute__((always_inline)) {
    const Scaling channel = channels[c];
    block.store(which, channel, to, output + c, pitch);
  };
  store(0, &FourSums::c0);
  if (count > 1) store(1, &FourSums::c1);
  if (count > 2) store(2, &FourSums::c2);
  if (count > 3) store(3, &FourSums::c3);
}

}  // namespace bandsmith

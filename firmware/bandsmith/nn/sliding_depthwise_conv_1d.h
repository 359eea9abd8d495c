// DEPTHWISE_CONV_2D of height 1 with one filter a channel: a channel's weights and the values under its
// window stay in registers, so that each position loads no more than a stride. Equal to depthwise_conv_2d.h
// to the bit wherever the compiler chooses it (src/ops/sliding-depthwise.ts).
#pragma once

#include <stdint.h>

#include "bandsmith/nn/mac16.h"
#include "bandsmith/nn/output_scaling.h"

namespace bandsmith {

template <typename Scaling>
struct SlidingDepthwiseParameters {
  /** Rows of the input, one after the other. */
  int32_t rows;
  /** Positions of an input and of an output row. */
  int32_t inputs;
  int32_t outputs;
  /** Padding in front, at most a filter less a stride. */
  int32_t pad;
  /** Outputs whose last tap lies inside the input. */
  int32_t inside;
  int32_t inputZeroPoint;
  ClampedRange range;
  /** [channel, taps, filled up to whole words]. */
  const int16_t* weights;
  const Scaling* channels;
};

#if defined(__XTENSA__) && XCHAL_HAVE_MAC16

/**
 * One channel's weights, two in each of the registers M0 to M3, which neither the compiler nor a function
 * that it calls for a requantisation uses.
 */
template <int32_t kTaps>
class TapWeights {
 public:
  [[gnu::always_inline]] explicit TapWeights(const int16_t* weights) {
    // LDINC moves before it loads.
    __asm__ volatile("addi %0, %0, -4\n ldinc m0, %0" : "+r"(weights)::"memory");
    if constexpr (kTaps > 2) __asm__ volatile("ldinc m1, %0" : "+r"(weights)::"memory");
    if constexpr (kTaps > 4) __asm__ volatile("ldinc m2, %0" : "+r"(weights)::"memory");
    if constexpr (kTaps > 6) __asm__ volatile("ldinc m3, %0" : "+r"(weights)::"memory");
  }

  /** start + Σ weight × value; the first tap is under values[kFirst], the others follow round. */
  template <int32_t kFirst>
  [[gnu::always_inline]] int32_t dot(const int32_t (&values)[kTaps], int32_t start) const {
    int32_t sum;
    __asm__ volatile("wsr %0, acclo" ::"r"(start) : "acc");
    add<kFirst, 0>(values);
    __asm__ volatile("rsr %0, acclo" : "=r"(sum)::"acc");
    return sum;
  }

 private:
  template <int32_t kFirst, int32_t kTap>
  [[gnu::always_inline]] void add(const int32_t (&values)[kTaps]) const {
    const int32_t value = values[(kFirst + kTap) % kTaps];
    if constexpr (kTap == 0) __asm__ volatile("mula.da.ll m0, %0" ::"r"(value) : "acc");
    if constexpr (kTap == 1) __asm__ volatile("mula.da.hl m0, %0" ::"r"(value) : "acc");
    if constexpr (kTap == 2) __asm__ volatile("mula.da.ll m1, %0" ::"r"(value) : "acc");
    if constexpr (kTap == 3) __asm__ volatile("mula.da.hl m1, %0" ::"r"(value) : "acc");
    if constexpr (kTap == 4) __asm__ volatile("mula.ad.ll %0, m2" ::"r"(value) : "acc");
    if constexpr (kTap == 5) __asm__ volatile("mula.ad.lh %0, m2" ::"r"(value) : "acc");
    if constexpr (kTap == 6) __asm__ volatile("mula.ad.ll %0, m3" ::"r"(value) : "acc");
    if constexpr (kTap == 7) __asm__ volatile("mula.ad.lh %0, m3" ::"r"(value) : "acc");
    if constexpr (kTap + 1 < kTaps) add<kFirst, kTap + 1>(values);
  }
};

#else

/** One channel's weights. */
template <int32_t kTaps>
class TapWeights {
 public:
  [[gnu::always_inline]] explicit TapWeights(const int16_t* weights) { load<0>(weights); }

  /** start + Σ weight × value; the first tap is under values[kFirst], the others follow round. */
  template <int32_t kFirst>
  [[gnu::always_inline]] int32_t dot(const int32_t (&values)[kTaps], int32_t start) const {
    return add<kFirst, 0>(values, start);
  }

 private:
  // By recursion: loops may be left rolled.
  template <int32_t kTap>
  [[gnu::always_inline]] void load(const int16_t* weights) {
    weights_[kTap] = weights[kTap];
    if constexpr (kTap + 1 < kTaps) load<kTap + 1>(weights);
  }
  template <int32_t kFirst, int32_t kTap>
  [[gnu::always_inline]] int32_t add(const int32_t (&values)[kTaps], int32_t sum) const {
    const int32_t next = sum + weights_[kTap] * values[(kFirst + kTap) % kTaps];
    if constexpr (kTap + 1 < kTaps) {
      return add<kFirst, kTap + 1>(values, next);
    } else {
      return next;
    }
  }
  int32_t weights_[kTaps];
};

#endif

/** One channel of a row. */
template <int32_t kTaps, int32_t kStride, int32_t kDepth, typename Scaling>
class SlidingWindow {
 public:
  [[gnu::always_inline]] SlidingWindow(const SlidingDepthwiseParameters<Scaling>& p, int32_t c,
                                       const int8_t* input, int8_t* output)
      : weights_(p.weights + c * ((kTaps + 1) / 2 * 2)),
        channel_(p.channels[c]),
        range_(p.range),
        next_(input + c),
        output_(output + c) {}

  /** The values that the first window has before its own stride; from tap `kTap` on. */
  template <int32_t kTap>
  [[gnu::always_inline]] void begin(int32_t pad, int32_t zero) {
    if constexpr (kTap < kTaps - kStride) {
      values_[kTap] = kTap < pad ? zero : load();
      begin<kTap + 1>(pad, zero);
    }
  }

  /** As many positions as there are taps: then every value is where it was. */
  template <int32_t kPosition>
  [[gnu::always_inline]] void turn() {
    if constexpr (kPosition < kTaps) {
      constexpr int32_t kFirst = kPosition * kStride % kTaps;
      take<kFirst, 0>();
      store(weights_.template dot<kFirst>(values_, channel_.start));
      turn<kPosition + 1>();
    }
  }

  [[gnu::always_inline]] void step() {
    take<0, 0>();
    store(weights_.template dot<0>(values_, channel_.start));
    shift<0>();
  }

  /** A window that reaches beyond the input, of which `left` values are still to come. */
  [[gnu::always_inline]] void stepBeyond(int32_t& left, int32_t zero) {
    for (int32_t i = kTaps - kStride; i < kTaps; ++i, --left) values_[i] = left > 0 ? load() : zero;
    store(weights_.template dot<0>(values_, channel_.start));
    shift<0>();
  }

 private:
  [[gnu::always_inline]] int32_t load() {
    const int32_t value = *next_;
    next_ += kDepth;
    return value;
  }
  /** The window's last values, of which `kTaken` are there. */
  template <int32_t kFirst, int32_t kTaken>
  [[gnu::always_inline]] void take() {
    if constexpr (kTaken < kStride) {
      values_[(kFirst + kTaps - kStride + kTaken) % kTaps] = load();
      take<kFirst, kTaken + 1>();
    }
  }
  [[gnu::always_inline]] void store(int32_t sum) {
    *output_ = scaledOutput(sum, channel_, range_);
    output_ += kDepth;
  }
  template <int32_t kTap>
  [[gnu::always_inline]] void shift() {
    if constexpr (kTap < kTaps - kStride) {
      values_[kTap] = values_[kTap + kStride];
      shift<kTap + 1>();
    }
  }

  TapWeights<kTaps> weights_;
  // Copies, since for all that the compiler knows a store of int8 could change the constants.
  Scaling channel_;
  ClampedRange range_;
  const int8_t* next_;
  int8_t* output_;
  int32_t values_[kTaps];
};

/** `kTaps`: of the filter, more than `kStride`. `kDepth`: channels. */
template <int32_t kTaps, int32_t kStride, int32_t kDepth, typename Scaling>
inline void slidingDepthwise(const SlidingDepthwiseParameters<Scaling>& p, const int8_t* input,
                             int8_t* output) {
  const int32_t beyond = p.inputs + p.pad - (kTaps - kStride) - p.inside * kStride;
  for (int32_t row = 0; row < p.rows; ++row) {
    for (int32_t c = 0; c < kDepth; ++c) {
      SlidingWindow<kTaps, kStride, kDepth, Scaling> window(p, c, input, output);
      window.template begin<0>(p.pad, p.inputZeroPoint);
      int32_t left = p.inside;
      for (; left >= kTaps; left -= kTaps) window.template turn<0>();
      for (; left > 0; --left) window.step();
      int32_t values = beyond;
      for (left = p.outputs - p.inside; left > 0; --left) window.stepBeyond(values, p.inputZeroPoint);
    }
    input += p.inputs * kDepth;
    output += p.outputs * kDepth;
  }
}

}  // namespace bandsmith

// Which way the band is worn, told from where gravity was in a wearer's windows (the host's twin:
// src/signal/wrist-detector.ts, which says how). Whole numbers alone, 80 bytes, no window is kept.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/nn/frontend.h"

namespace bandsmith {

/**
 * Of one activity, in 64ths of g: the people's median of x, y, z, and x, y that three quarters of them have
 * at least, signed.
 */
struct WristClass {
  int8_t mean[kAxisCount];
  int8_t lean[2];
};

/** Fitted in training and generated into the project's band_config.h; no class where training could not say.
 */
struct WristReference {
  const WristClass* classes;
  size_t classCount;
  /** Counts in a 64th of g. */
  int32_t unit;
};

class WristDetector {
 public:
  /** Windows before it answers, with labels and without. */
  static constexpr uint32_t kLeastLabelled = 5;
  static constexpr uint32_t kLeastUnlabelled = 60;
  /** 64ths of g a window by which a way must lie nearer than all others, where no window has a label. */
  static constexpr int32_t kMargin = 5;
  /** A window's samples; more are left out, so that their sum fits 32 bits. */
  static constexpr int32_t kMostSamples = 65535;

  /** `axes`: the front end's. */
  WristDetector(const WristReference& reference, const SignedAxis* axes)
      : reference_(&reference), axes_(axes) {}

  /** Forgets every window. */
  void reset();

  /** One sample, six raw counts, whatever way the front end believes the band to be worn. */
  void push(const int16_t* counts);

  /** Ends a window; `label` is an index of the reference's classes. */
  void close(size_t label);
  /** Ends a window of which nobody says what was done. */
  void close();

  /** By the windows with labels; false where they do not say. */
  bool byLabel(WristOrientation& wrist) const;
  /** By all windows, whatever was done; false where they do not say. Wants several activities. */
  bool byItself(WristOrientation& wrist) const;

 private:
  struct Means {
    int32_t axis[kAxisCount];
  };

  bool take(Means& means);
  int64_t nearest(const Means& means, size_t wrist) const;

  const WristReference* reference_;
  const SignedAxis* axes_;
  int32_t sums_[kAxisCount] = {};
  int32_t samples_ = 0;
  uint32_t windows_ = 0;
  uint32_t labelled_ = 0;
  int64_t evidence_[2] = {};
  int64_t said_[2] = {};
  int64_t costs_[kWristOrientations] = {};
};

}  // namespace bandsmith

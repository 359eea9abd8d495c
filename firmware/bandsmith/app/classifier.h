// Samples to activities: front end, window, network, smoothing.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/active_head.h"
#include "bandsmith/app/decision.h"
#include "bandsmith/app/engine.h"
#include "bandsmith/app/window_ring.h"
#include "bandsmith/drivers/mpu6050.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/nn/frontend.h"

namespace bandsmith {

/** What one window gave. */
struct WindowResult {
  Decision decision;
  Activity activity;
  const int8_t* output;
  uint32_t inputCrc;
  uint64_t micros;
};

enum class Push : uint8_t { more, window, engineFailed };

class Classifier {
 public:
  Classifier(FrontEnd& frontEnd, WindowRing& ring, Engine& engine, ActiveHead& head, Smoother& smoother,
             Clock& clock)
      : frontEnd_(frontEnd), ring_(ring), engine_(engine), head_(head), smoother_(smoother), clock_(clock) {}

  /** After a hole, or with another head: filters, window and smoothing begin anew. */
  void reset();

  /** How the band is worn from now on, compared with how it was built; filters, window and smoothing begin
   * anew. */
  void wear(WristOrientation wrist);

  /** Takes one sample, its bias already gone; `window` means that result() is new. */
  Push push(const RawSample& sample);

  /** Memory of one window for another use; filters, window and smoothing begin anew. */
  int8_t* lendWindow();

  const WindowResult& result() const { return result_; }
  /** Samples since reset(). */
  uint32_t samples() const { return samples_; }

 private:
  FrontEnd& frontEnd_;
  WindowRing& ring_;
  Engine& engine_;
  ActiveHead& head_;
  Smoother& smoother_;
  Clock& clock_;
  uint32_t samples_ = 0;
  WindowResult result_ = {};
};

}  // namespace bandsmith

// The band's main loop: samples to windows to activities, and what happens when a part fails.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/engine.h"
#include "bandsmith/app/screen.h"
#include "bandsmith/app/telemetry.h"
#include "bandsmith/app/window_ring.h"
#include "bandsmith/drivers/mpu6050.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/nn/frontend.h"

namespace bandsmith {

struct AppSettings {
  /** Shown until the first window is full. */
  const char* title;
  const char* const* labels;
  size_t labelCount;
  /** How long to sleep between two looks into the sensor's FIFO. */
  uint32_t pollMillis;
  /** A sensor that gives no sample for so long has lost its settings. */
  uint32_t stallMillis;
};

class BandApp {
 public:
  /** `window`: one window of int8, the engine's input, owned by the caller. */
  BandApp(const AppSettings& settings, Mpu6050& sensor, FrontEnd& frontEnd, WindowRing& ring, int8_t* window,
          Engine& engine, Screen& screen, Telemetry& telemetry, Clock& clock);

  /** Sets the engine and the sensor up; what fails is shown, told and tried again by step(). */
  void begin();

  /** One turn of the loop; call for ever. */
  void step();

 private:
  enum class State : uint8_t { running, sensorFailed, engineFailed };

  static constexpr uint64_t kRetryMicros = 1'000'000;
  /** Bursts in a row that may break off before the sensor is set up anew. */
  static constexpr int kMaxBrokenReads = 3;
  static constexpr size_t kBatchSamples = 40;

  void beginSensor();
  void poll();
  void take(const RawSample& sample);
  void classify();
  void restartWindow(SensorStatus why);
  void failSensor(SensorStatus why);
  void failEngine();

  const AppSettings& settings_;
  Mpu6050& sensor_;
  FrontEnd& frontEnd_;
  WindowRing& ring_;
  int8_t* window_;
  Engine& engine_;
  Screen& screen_;
  Telemetry& telemetry_;
  Clock& clock_;
  State state_ = State::sensorFailed;
  uint64_t retryAt_ = 0;
  uint64_t lastSampleAt_ = 0;
  uint32_t windowCount_ = 0;
  int brokenReads_ = 0;
  RawSample batch_[kBatchSamples] = {};
};

}  // namespace bandsmith

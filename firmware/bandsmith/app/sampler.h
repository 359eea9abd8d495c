// Keeps samples coming: sets the sensor up, again where it must, and tells every hole.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/telemetry.h"
#include "bandsmith/app/text_buffer.h"
#include "bandsmith/drivers/mpu6050.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/store.h"

namespace bandsmith {

struct SamplerSettings {
  /** A sensor that gives no sample for so long has lost its settings. */
  uint32_t stallMillis;
  /** What wakes the band from standby. */
  uint16_t motionMilliG;
};

class Sampler {
 public:
  Sampler(const SamplerSettings& settings, Mpu6050& sensor, Telemetry& telemetry, Clock& clock, Store& store)
      : settings_(settings), sensor_(sensor), telemetry_(telemetry), clock_(clock), store_(store) {}

  /** Sets the sensor up, and once it is there has it test itself if asked for; what fails is tried again by
   * poll(). */
  void begin();

  /** One turn begins: checks the sensor, tries a failed one again. Call before take(). */
  void poll();

  /** Moves at most `capacity` samples; fewer than that when there are no more for now. */
  size_t take(RawSample* batch, size_t capacity);

  /** One turn ends: a sensor that has given nothing for too long is set up again. */
  void checkSilence();

  /** True once after every hole: what was collected before it does not belong to what comes. */
  bool takeRestart();

  /** Standby: the sensor looks for motion alone. */
  void watch();
  /** In standby: true when the band should wake, because of motion or because the sensor needs care. */
  bool sawMotion();
  /** Out of standby. */
  void resume();

  bool working() const { return state_ != State::failed; }
  /** In words, while not working. */
  const char* problem() const { return problem_; }
  const char* problemDetail() const { return detail_.text(); }
  uint64_t samples() const { return samples_; }
  uint32_t restarts() const { return restarts_; }

 private:
  enum class State : uint8_t { failed, running, watching };

  static constexpr uint64_t kRetryMicros = 1'000'000;
  /** Streams in a row that may break before the sensor is set up anew. */
  static constexpr int kMaxBrokenReads = 3;

  void setUp();
  void testSensor();
  void restartStream(SensorStatus why);
  void fail(SensorStatus why);
  void noteHole();

  SamplerSettings settings_;
  Mpu6050& sensor_;
  Telemetry& telemetry_;
  Clock& clock_;
  Store& store_;
  State state_ = State::failed;
  bool wantsSelfTest_ = false;
  bool restarted_ = false;
  uint64_t retryAt_ = 0;
  uint64_t lastSampleAt_ = 0;
  uint64_t samples_ = 0;
  uint32_t restarts_ = 0;
  int brokenReads_ = 0;
  const char* problem_ = "";
  TextBuffer<48> detail_;
};

}  // namespace bandsmith

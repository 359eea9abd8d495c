// The loop's states: running, or waiting to try a failed part again.
#include "bandsmith/app/band_app.h"

#include "bandsmith/app/decision.h"
#include "bandsmith/app/text_buffer.h"

namespace bandsmith {

BandApp::BandApp(const AppSettings& settings, Mpu6050& sensor, FrontEnd& frontEnd, WindowRing& ring,
                 int8_t* window, Engine& engine, Screen& screen, Telemetry& telemetry, Clock& clock)
    : settings_(settings),
      sensor_(sensor),
      frontEnd_(frontEnd),
      ring_(ring),
      window_(window),
      engine_(engine),
      screen_(screen),
      telemetry_(telemetry),
      clock_(clock) {}

void BandApp::begin() {
  screen_.showMessage(settings_.title, "starting");
  screen_.update();
  if (engine_.begin()) {
    beginSensor();
  } else {
    failEngine();
  }
  screen_.update();
}

void BandApp::step() {
  switch (state_) {
    case State::running:
      poll();
      break;
    case State::sensorFailed:
      if (clock_.micros() >= retryAt_) beginSensor();
      break;
    case State::engineFailed:
      // Setting up again cannot help, but a serial monitor that is opened later must see why nothing happens.
      if (clock_.micros() >= retryAt_) failEngine();
      break;
  }
  screen_.update();
  clock_.sleepMillis(settings_.pollMillis);
}

void BandApp::beginSensor() {
  const SensorStatus status = sensor_.begin();
  if (status != SensorStatus::ok) return failSensor(status);
  TextBuffer<8> identity;
  identity.addHex(sensor_.identity());
  telemetry_.note("sensor-ready", identity.text());
  screen_.showMessage(settings_.title, "feeling your motion");
  frontEnd_.reset();
  ring_.reset();
  brokenReads_ = 0;
  lastSampleAt_ = clock_.micros();
  state_ = State::running;
}

void BandApp::poll() {
  size_t count = 0;
  do {
    const SensorStatus status = sensor_.readSamples(batch_, kBatchSamples, count);
    if (status == SensorStatus::fifoOverflow || status == SensorStatus::streamBroken) {
      return restartWindow(status);
    }
    if (status != SensorStatus::ok) return failSensor(status);
    for (size_t i = 0; i < count && state_ == State::running; ++i) take(batch_[i]);
    if (count > 0) {
      brokenReads_ = 0;
      lastSampleAt_ = clock_.micros();
    }
  } while (count == kBatchSamples && state_ == State::running);
  const uint64_t silentMicros = clock_.micros() - lastSampleAt_;
  if (state_ == State::running && silentMicros > static_cast<uint64_t>(settings_.stallMillis) * 1000) {
    // As after a dip of the supply: the chip answers, but it is asleep.
    telemetry_.note("sensor-silent", "no samples; setting it up again");
    beginSensor();
  }
}

void BandApp::take(const RawSample& sample) {
  int8_t values[kChannelCount];
  frontEnd_.push(sample.counts, values);
  if (ring_.push(values)) classify();
}

void BandApp::classify() {
  ring_.copyTo(window_);
  const uint64_t started = clock_.micros();
  const int8_t* output = engine_.invoke(window_);
  const uint64_t micros = clock_.micros() - started;
  if (output == nullptr) return failEngine();
  const Decision decision = decide(output, settings_.labelCount);
  const char* label = settings_.labels[decision.label];
  telemetry_.window(++windowCount_, label, decision.confidencePercent, micros);
  screen_.showActivity(label, decision.confidencePercent);
}

void BandApp::restartWindow(SensorStatus why) {
  // Samples are lost: a window must not join what lies before and after the hole.
  telemetry_.note("samples-lost", describe(why));
  if (++brokenReads_ > kMaxBrokenReads) return failSensor(why);
  const SensorStatus status = sensor_.restartFifo();
  if (status != SensorStatus::ok) return failSensor(status);
  frontEnd_.reset();
  ring_.reset();
  lastSampleAt_ = clock_.micros();
}

void BandApp::failSensor(SensorStatus why) {
  TextBuffer<48> detail;
  if (why == SensorStatus::unknownDevice) {
    detail.add("WHO_AM_I ").addHex(sensor_.identity());
  } else if (why == SensorStatus::busError) {
    detail.add(describe(sensor_.lastBusResult()));
  } else {
    detail.add(describe(why));
  }
  telemetry_.note("sensor-failed", detail.text());
  screen_.showError("motion sensor", detail.text());
  retryAt_ = clock_.micros() + kRetryMicros;
  state_ = State::sensorFailed;
}

void BandApp::failEngine() {
  telemetry_.note("engine-failed", engine_.error());
  screen_.showError("network", engine_.error());
  retryAt_ = clock_.micros() + kRetryMicros;
  state_ = State::engineFailed;
}

}  // namespace bandsmith

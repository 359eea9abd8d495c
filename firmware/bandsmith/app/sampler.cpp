// The sensor's states: failed, running, watching for motion.
#include "bandsmith/app/sampler.h"

namespace bandsmith {

namespace {

/** Written once the sensor's self-test has said something. */
constexpr char kTestedKey[] = "sensor-test";

/** For a wearer, who can look at a cable but not at a register. */
const char* inWords(SensorStatus status) {
  switch (status) {
    case SensorStatus::busError:
      return "The motion sensor does not answer. Is its cable plugged in?";
    case SensorStatus::unknownDevice:
      return "This is not a motion sensor that I know.";
    case SensorStatus::resetTimeout:
    case SensorStatus::settingsNotTaken:
      return "The motion sensor does not take its settings.";
    default:
      return "The motion sensor's data is broken. Is its cable loose?";
  }
}

}  // namespace

void Sampler::begin() {
  lastSampleAt_ = clock_.micros();
  uint8_t judged = 0;
  wantsSelfTest_ = store_.read(kTestedKey, &judged, sizeof judged) != StoreResult::ok;
  setUp();
}

/** Once in a band's life, and again until it has been judged: one that is being moved cannot be. */
void Sampler::testSensor() {
  const SelfTest result = sensor_.selfTest();
  telemetry_.note("self-test", describe(result));
  wantsSelfTest_ = result == SelfTest::moved || result == SelfTest::failed;
  if (wantsSelfTest_) return;
  const uint8_t judged = 1;
  if (store_.write(kTestedKey, &judged, sizeof judged) != StoreResult::ok) {
    telemetry_.note("store-failed", kTestedKey);
  }
}

void Sampler::setUp() {
  SensorStatus status = sensor_.begin();
  if (status == SensorStatus::ok && wantsSelfTest_) {
    testSensor();
    // The test leaves its own settings behind.
    status = sensor_.begin();
  }
  if (status != SensorStatus::ok) return fail(status);
  TextBuffer<8> identity;
  identity.addHex(sensor_.identity());
  telemetry_.note("sensor-ready", identity.text());
  noteHole();
  brokenReads_ = 0;
  state_ = State::running;
}

void Sampler::poll() {
  if (state_ == State::failed) {
    if (clock_.micros() >= retryAt_) setUp();
    return;
  }
  const SensorStatus settings = sensor_.checkSettings();
  if (settings == SensorStatus::settingsLost) {
    // As after a dip of the supply: the chip answers, but it is asleep.
    telemetry_.note("sensor-reset", "its settings were gone");
    return setUp();
  }
  if (settings != SensorStatus::ok) fail(settings);
}

void Sampler::checkSilence() {
  if (state_ != State::running) return;
  const uint64_t silentMicros = clock_.micros() - lastSampleAt_;
  if (silentMicros > static_cast<uint64_t>(settings_.stallMillis) * 1000) {
    telemetry_.note("sensor-silent", "no samples; setting it up again");
    setUp();
  }
}

size_t Sampler::take(RawSample* batch, size_t capacity) {
  if (state_ != State::running) return 0;
  size_t count = 0;
  const SensorStatus status = sensor_.readSamples(batch, capacity, count);
  if (status == SensorStatus::fifoOverflow || status == SensorStatus::streamBroken) {
    restartStream(status);
    return 0;
  }
  if (status != SensorStatus::ok) {
    fail(status);
    return 0;
  }
  if (count > 0) {
    brokenReads_ = 0;
    lastSampleAt_ = clock_.micros();
    samples_ += count;
  }
  return count;
}

bool Sampler::takeRestart() {
  const bool restarted = restarted_;
  restarted_ = false;
  return restarted;
}

void Sampler::watch() {
  const SensorStatus status = sensor_.watchForMotion(settings_.motionMilliG);
  if (status != SensorStatus::ok) return fail(status);
  state_ = State::watching;
}

bool Sampler::sawMotion() {
  if (state_ != State::watching) return true;
  bool moved = false;
  return sensor_.sawMotion(moved) != SensorStatus::ok || moved;
}

void Sampler::resume() {
  // What was not sampled in standby is no hole: standby has been told.
  lastSampleAt_ = clock_.micros();
  setUp();
}

void Sampler::restartStream(SensorStatus why) {
  telemetry_.note("samples-lost", describe(why));
  if (++brokenReads_ > kMaxBrokenReads) return fail(why);
  const SensorStatus status = sensor_.restartFifo();
  if (status != SensorStatus::ok) return fail(status);
  noteHole();
}

/** A window must not join what lies before and after a hole. */
void Sampler::noteHole() {
  const uint64_t now = clock_.micros();
  telemetry_.note("stream", "samples begin anew", static_cast<int64_t>((now - lastSampleAt_) / 1000),
                  "afterMs");
  lastSampleAt_ = now;
  restarted_ = true;
  ++restarts_;
}

void Sampler::fail(SensorStatus why) {
  detail_.clear();
  if (why == SensorStatus::unknownDevice) {
    detail_.add("WHO_AM_I ").addHex(sensor_.identity());
  } else if (why == SensorStatus::busError) {
    detail_.add(describe(sensor_.lastBusResult()));
  } else {
    detail_.add(describe(why));
  }
  problem_ = inWords(why);
  telemetry_.note("sensor-failed", detail_.text());
  retryAt_ = clock_.micros() + kRetryMicros;
  state_ = State::failed;
}

}  // namespace bandsmith

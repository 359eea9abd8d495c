// The MPU-6050's start-up sequence, FIFO bursts and motion detection.
#include "bandsmith/drivers/mpu6050.h"

#include "bandsmith/drivers/mpu6050_registers.h"

namespace bandsmith {

using namespace mpu6050;

namespace {

constexpr size_t kSampleBytes = 12;
/** One transfer's samples: 240 bytes, 6 ms at 400 kHz. */
constexpr size_t kBurstSamples = 20;
constexpr int kLengthAttempts = 3;
constexpr int kResetPolls = 10;
constexpr uint32_t kResetPollMillis = 10;
/** Register map, p. 37 and 40: 100 ms after either reset. */
constexpr uint32_t kResetMillis = 100;
/** Product specification rev. 3.4, p. 12: the gyroscope needs 30 ms from sleep. */
constexpr uint32_t kWakeMillis = 50;
/** ±2 g; every range halves the counts a g. */
constexpr int32_t kCountsPerGFinest = 16384;
constexpr uint16_t kMotionStepMilliG = 2;
/** Five looks a second: the high-pass has its reference after one. */
constexpr uint32_t kMotionReferenceMillis = 250;

bool isKnown(uint8_t identity) {
  return identity == kIdentityMpu6050 || identity == kIdentityMpu6500 || identity == kIdentityClone72 ||
         identity == kIdentityClone98;
}

/** Accelerometer before gyroscope: the FIFO follows the register numbers (register map, p. 44). */
void decode(const uint8_t* bytes, RawSample& sample) {
  for (size_t i = 0; i < kSampleBytes / 2; ++i) sample.counts[i] = toCount(bytes + 2 * i);
}

}  // namespace

const char* describe(SensorStatus status) {
  switch (status) {
    case SensorStatus::ok:
      return "ok";
    case SensorStatus::busError:
      return "bus error";
    case SensorStatus::unknownDevice:
      return "unknown device";
    case SensorStatus::resetTimeout:
      return "reset did not end";
    case SensorStatus::settingsNotTaken:
      return "settings not taken";
    case SensorStatus::settingsLost:
      return "settings lost";
    case SensorStatus::fifoOverflow:
      return "FIFO overflow";
    case SensorStatus::streamBroken:
      return "stream broken";
  }
  return "unknown";
}

SensorStatus Mpu6050::begin() {
  SensorStatus status = identify();
  if (status == SensorStatus::ok) status = reset();
  if (status == SensorStatus::ok) status = configure();
  if (status == SensorStatus::ok) status = restartFifo();
  return status;
}

SensorStatus Mpu6050::identify() {
  identity_ = 0;
  if (!get(kWhoAmI, &identity_, 1)) return SensorStatus::busError;
  return isKnown(identity_) ? SensorStatus::ok : SensorStatus::unknownDevice;
}

SensorStatus Mpu6050::reset() {
  if (!set(kPowerManagement1, kDeviceReset)) return SensorStatus::busError;
  clock_.sleepMillis(kResetMillis);
  uint8_t power = kDeviceReset;
  for (int poll = 0; poll < kResetPolls; ++poll) {
    if (!get(kPowerManagement1, &power, 1)) return SensorStatus::busError;
    if ((power & kDeviceReset) == 0) break;
    clock_.sleepMillis(kResetPollMillis);
  }
  if ((power & kDeviceReset) != 0) return SensorStatus::resetTimeout;
  if (!set(kSignalPathReset, kAllPaths)) return SensorStatus::busError;
  clock_.sleepMillis(kResetMillis);
  if (!set(kPowerManagement1, kClockGyroX)) return SensorStatus::busError;
  clock_.sleepMillis(kWakeMillis);
  return SensorStatus::ok;
}

SensorStatus Mpu6050::configure() {
  struct Setting {
    uint8_t reg;
    uint8_t value;
  };
  const Setting settings[] = {
      {kConfig, settings_.lowPass},
      {kSampleRateDivider, settings_.sampleRateDivider},
      {kGyroConfig, static_cast<uint8_t>(settings_.gyroRange << kRangeShift)},
      {kAccelConfig, static_cast<uint8_t>(settings_.accelRange << kRangeShift)},
      {kInterruptEnable, kFifoOverflow},
      {kAccelConfig2, settings_.lowPass},
  };
  // The last is a register of the MPU-6500 alone.
  const size_t count = sizeof settings / sizeof settings[0] - (identity_ == kIdentityMpu6500 ? 0 : 1);
  for (size_t i = 0; i < count; ++i) {
    uint8_t taken = 0;
    // Twice: what a disturbed bus has changed on its way is told from a chip that does not take it.
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (!set(settings[i].reg, settings[i].value) || !get(settings[i].reg, &taken, 1)) {
        return SensorStatus::busError;
      }
      if (taken == settings[i].value) break;
      if (attempt == 0) ++misreadings_;
    }
    if (taken != settings[i].value) return SensorStatus::settingsNotTaken;
  }
  return SensorStatus::ok;
}

SensorStatus Mpu6050::checkSettings() {
  const uint8_t expected[] = {
      settings_.sampleRateDivider,
      settings_.lowPass,
      static_cast<uint8_t>(settings_.gyroRange << kRangeShift),
      static_cast<uint8_t>(settings_.accelRange << kRangeShift),
  };
  for (int attempt = 0; attempt < 2; ++attempt) {
    uint8_t there[sizeof expected] = {};
    uint8_t power = 0;
    if (!get(kSampleRateDivider, there, sizeof there) || !get(kPowerManagement1, &power, 1)) {
      return SensorStatus::busError;
    }
    bool same = power == kClockGyroX;
    for (size_t i = 0; i < sizeof expected; ++i) same = same && there[i] == expected[i];
    if (same) return SensorStatus::ok;
    if (attempt == 0) ++misreadings_;
  }
  --misreadings_;  // It was no misreading.
  return SensorStatus::settingsLost;
}

SensorStatus Mpu6050::restartFifo() {
  // The FIFO is reset while it is off and nothing feeds it, so that it starts at the border of a sample.
  const bool started = set(kFifoEnable, 0) && set(kUserControl, 0) && set(kUserControl, kUserFifoReset) &&
                       set(kUserControl, kUserFifoEnable) && set(kFifoEnable, kFifoAccel | kFifoGyro);
  if (!started) return SensorStatus::busError;
  wasMisaligned_ = false;
  uint8_t flags = 0;  // An overflow before the reset is over: read its flag away.
  return get(kInterruptStatus, &flags, 1) ? SensorStatus::ok : SensorStatus::busError;
}

SensorStatus Mpu6050::readSamples(RawSample* samples, size_t capacity, size_t& count) {
  count = 0;
  size_t bytes = 0;
  const SensorStatus length = readFifoLength(bytes);
  if (length != SensorStatus::ok) return length;
  const size_t held = bytes / kSampleBytes;
  const size_t wanted = held < capacity ? held : capacity;

  uint8_t burst[kBurstSamples * kSampleBytes];
  for (size_t done = 0; done < wanted;) {
    const size_t part = wanted - done < kBurstSamples ? wanted - done : kBurstSamples;
    lastBusResult_ = device_.readOnce(kFifoReadWrite, burst, part * kSampleBytes);
    if (lastBusResult_ != BusResult::ok) return SensorStatus::streamBroken;
    for (size_t i = 0; i < part; ++i) decode(burst + i * kSampleBytes, samples[done + i]);
    done += part;
  }

  // Asked last: an overflow since the count was read would have shifted what was just taken.
  uint8_t flags = 0;
  lastBusResult_ = device_.readOnce(kInterruptStatus, &flags, 1);
  if (lastBusResult_ != BusResult::ok) return SensorStatus::streamBroken;
  if ((flags & kFifoOverflow) != 0) return SensorStatus::fifoOverflow;
  count = wanted;
  return SensorStatus::ok;
}

/** Twice, since a length that was misread would take samples out of the FIFO that are none. */
SensorStatus Mpu6050::readFifoLength(size_t& bytes) {
  for (int attempt = 0; attempt < kLengthAttempts; ++attempt) {
    uint8_t first[2] = {};
    uint8_t second[2] = {};
    if (!get(kFifoCountHigh, first, sizeof first) || !get(kFifoCountHigh, second, sizeof second)) {
      return SensorStatus::busError;
    }
    bytes = static_cast<size_t>(first[0]) << 8 | first[1];
    const size_t later = static_cast<size_t>(second[0]) << 8 | second[1];
    // Between the two at most one sample arrives.
    if (later >= bytes && later - bytes <= kSampleBytes && later <= fifoBytes()) {
      if (later == fifoBytes()) return SensorStatus::fifoOverflow;
      // Between two samples the FIFO holds whole ones. Twice in a row it cannot have been looked at while one
      // came in: bytes are missing, and every sample from here on would be put together wrongly.
      const bool whole = later % kSampleBytes == 0 || bytes % kSampleBytes == 0;
      const bool broken = !whole && wasMisaligned_;
      wasMisaligned_ = !whole;
      return broken ? SensorStatus::streamBroken : SensorStatus::ok;
    }
    ++misreadings_;
  }
  return SensorStatus::streamBroken;
}

SensorStatus Mpu6050::watchForMotion(uint16_t thresholdMilliG) {
  const uint8_t accelConfig = static_cast<uint8_t>(settings_.accelRange << kRangeShift);
  const uint16_t steps = static_cast<uint16_t>(thresholdMilliG / kMotionStepMilliG);
  const uint8_t threshold = static_cast<uint8_t>(steps < 1 ? 1 : steps > UINT8_MAX ? UINT8_MAX : steps);
  const int32_t countsPerG = kCountsPerGFinest >> settings_.accelRange;
  motionCounts_ = countsPerG * thresholdMilliG / 1000;
  const bool prepared = set(kFifoEnable, 0) && set(kUserControl, 0) && set(kMotionThreshold, threshold) &&
                        set(kMotionDuration, 1) && set(kMotionControl, kMotionSettle) &&
                        set(kInterruptPin, kInterruptLatched) && set(kInterruptEnable, kMotion) &&
                        set(kPowerManagement2, kWake5HzNoGyro) && set(kPowerManagement1, kCycle);
  if (!prepared) return SensorStatus::busError;
  clock_.sleepMillis(kMotionReferenceMillis);
  uint8_t flags = 0;
  const bool watching = readAccel(restingCounts_) && set(kAccelConfig, accelConfig | kHighPassHold) &&
                        get(kInterruptStatus, &flags, 1);
  return watching ? SensorStatus::ok : SensorStatus::busError;
}

SensorStatus Mpu6050::sawMotion(bool& moved) {
  moved = false;
  uint8_t flags = 0;
  int16_t counts[3] = {};
  uint8_t power = 0;
  if (!get(kInterruptStatus, &flags, 1) || !readAccel(counts) || !get(kPowerManagement1, &power, 1)) {
    return SensorStatus::busError;
  }
  // A chip that was reset meanwhile sleeps and sees nothing.
  if (power != kCycle) return SensorStatus::settingsLost;
  moved = (flags & kMotion) != 0;
  // The flag's threshold is documented in two ways; the band looks for itself as well.
  for (size_t axis = 0; axis < 3; ++axis) {
    const int32_t change = counts[axis] - restingCounts_[axis];
    if (change > motionCounts_ || change < -motionCounts_) moved = true;
  }
  return SensorStatus::ok;
}

bool Mpu6050::readAccel(int16_t* counts) {
  uint8_t bytes[6] = {};
  if (!get(kAccelXHigh, bytes, sizeof bytes)) return false;
  for (size_t axis = 0; axis < 3; ++axis) counts[axis] = toCount(bytes + 2 * axis);
  return true;
}

bool Mpu6050::set(uint8_t reg, uint8_t value) {
  lastBusResult_ = device_.write(reg, value);
  return lastBusResult_ == BusResult::ok;
}

bool Mpu6050::get(uint8_t first, uint8_t* out, size_t count) {
  lastBusResult_ = device_.read(first, out, count);
  return lastBusResult_ == BusResult::ok;
}

uint16_t Mpu6050::fifoBytes() const {
  return identity_ == kIdentityMpu6500 ? kFifoBytesMpu6500 : kFifoBytes;
}

}  // namespace bandsmith

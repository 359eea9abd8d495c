// The MPU-6050's start-up sequence and FIFO bursts.
#include "bandsmith/drivers/mpu6050.h"

#include "bandsmith/drivers/mpu6050_registers.h"

namespace bandsmith {

using namespace mpu6050;

namespace {

constexpr size_t kSampleBytes = 12;
/** One transfer's samples: 240 bytes, 6 ms at 400 kHz. */
constexpr size_t kBurstSamples = 20;
constexpr int kResetPolls = 10;
constexpr uint32_t kResetPollMillis = 10;
/** Register map, p. 37 and 40: 100 ms after either reset. */
constexpr uint32_t kResetMillis = 100;
/** Product specification rev. 3.4, p. 12: the gyroscope needs 30 ms from sleep. */
constexpr uint32_t kWakeMillis = 50;

bool isKnown(uint8_t identity) {
  return identity == kIdentityMpu6050 || identity == kIdentityMpu6500 || identity == kIdentityClone72 ||
         identity == kIdentityClone98;
}

/** Big-endian, accelerometer before gyroscope: the FIFO follows the register numbers (register map, p. 44).
 */
void decode(const uint8_t* bytes, RawSample& sample) {
  for (size_t i = 0; i < kSampleBytes / 2; ++i) {
    sample.counts[i] = static_cast<int16_t>(static_cast<uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]));
  }
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
  lastBusResult_ = device_.read(kWhoAmI, &identity_, 1);
  if (lastBusResult_ != BusResult::ok) return SensorStatus::busError;
  return isKnown(identity_) ? SensorStatus::ok : SensorStatus::unknownDevice;
}

SensorStatus Mpu6050::reset() {
  if (!set(kPowerManagement1, kDeviceReset)) return SensorStatus::busError;
  clock_.sleepMillis(kResetMillis);
  uint8_t power = kDeviceReset;
  for (int poll = 0; poll < kResetPolls; ++poll) {
    lastBusResult_ = device_.read(kPowerManagement1, &power, 1);
    if (lastBusResult_ != BusResult::ok) return SensorStatus::busError;
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
    if (!set(settings[i].reg, settings[i].value)) return SensorStatus::busError;
    uint8_t taken = 0;
    lastBusResult_ = device_.read(settings[i].reg, &taken, 1);
    if (lastBusResult_ != BusResult::ok) return SensorStatus::busError;
    if (taken != settings[i].value) return SensorStatus::settingsNotTaken;
  }
  return SensorStatus::ok;
}

SensorStatus Mpu6050::restartFifo() {
  // The FIFO is reset while it is off and nothing feeds it, so that it starts at the border of a sample.
  const bool started = set(kFifoEnable, 0) && set(kUserControl, 0) && set(kUserControl, kUserFifoReset) &&
                       set(kUserControl, kUserFifoEnable) && set(kFifoEnable, kFifoAccel | kFifoGyro);
  if (!started) return SensorStatus::busError;
  uint8_t flags = 0;  // An overflow before the reset is over: read its flag away.
  lastBusResult_ = device_.read(kInterruptStatus, &flags, 1);
  return lastBusResult_ == BusResult::ok ? SensorStatus::ok : SensorStatus::busError;
}

SensorStatus Mpu6050::readSamples(RawSample* samples, size_t capacity, size_t& count) {
  count = 0;
  uint8_t length[2] = {};
  lastBusResult_ = device_.read(kFifoCountHigh, length, sizeof length);
  if (lastBusResult_ != BusResult::ok) return SensorStatus::busError;
  const size_t bytes = static_cast<size_t>(length[0]) << 8 | length[1];
  if (bytes >= fifoBytes()) return SensorStatus::fifoOverflow;
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

bool Mpu6050::set(uint8_t reg, uint8_t value) {
  lastBusResult_ = device_.write(reg, value);
  return lastBusResult_ == BusResult::ok;
}

uint16_t Mpu6050::fifoBytes() const {
  return identity_ == kIdentityMpu6500 ? kFifoBytesMpu6500 : kFifoBytes;
}

}  // namespace bandsmith

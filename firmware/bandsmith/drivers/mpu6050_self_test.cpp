// The MPU-6050's self-test: each axis is deflected by a force of its own and compared with the factory's
// trim. Source: Register Map rev. 4.2, p. 9 to 11; limits: Product Specification rev. 3.4, p. 12 and 13.
#include "bandsmith/drivers/mpu6050.h"
#include "bandsmith/drivers/mpu6050_registers.h"

namespace bandsmith {

using namespace mpu6050;

namespace {

constexpr int kAxes = 6;
constexpr int kReadings = 16;
constexpr uint32_t kReadingMillis = 3;
/** For the deflection to settle, and for a low-pass of 44 Hz. */
constexpr uint32_t kSettleMillis = 250;
constexpr uint8_t kLowPass44Hz = 3;
constexpr int32_t kLimitPercent = 14;
/** 0.06 g at ±8 g, and 4 °/s at ±250 °/s: far below the test's forces, and above what noise does. */
constexpr int16_t kStillAccelCounts = 246;
constexpr int16_t kStillGyroCounts = 524;

/** base · ratio^(code − 1), rounded; the tables are made by the compiler, so that no float runs on the chip.
 */
struct TrimTable {
  int32_t counts[32];
};
constexpr TrimTable trimTable(double base, double ratio) {
  TrimTable table = {};
  double value = base;
  for (int code = 1; code < 32; ++code) {
    // Rounded; the values are positive and far below 2^31.
    table.counts[code] = static_cast<int32_t>(value + 0.5);  // NOLINT(bugprone-incorrect-roundings)
    value *= ratio;
  }
  return table;
}
/** 4096 · 0.34 · (0.92 / 0.34)^((code − 1) / 30): the 30th root stands here. */
constexpr double kAccelRatio = 1.0337375617108926;
constexpr TrimTable kAccelTrim = trimTable(4096 * 0.34, kAccelRatio);
constexpr TrimTable kGyroTrim = trimTable(25 * 131, 1.046);

/** The six axes' trims in counts; 0 where the factory wrote none. The gyroscope's y is negative. */
void expectedResponses(const uint8_t* codes, int32_t* expected) {
  const uint8_t low = codes[3];
  for (int axis = 0; axis < 3; ++axis) {
    const uint8_t accelCode = static_cast<uint8_t>((codes[axis] >> 5) << 2 | (low >> (4 - 2 * axis) & 3));
    expected[axis] = kAccelTrim.counts[accelCode];
    const int32_t gyro = kGyroTrim.counts[codes[axis] & 0x1F];
    expected[3 + axis] = axis == 1 ? -gyro : gyro;
  }
}

bool deviates(int32_t response, int32_t expected) {
  const int32_t difference = response > expected ? response - expected : expected - response;
  const int32_t size = expected > 0 ? expected : -expected;
  return difference * 100 > size * kLimitPercent;
}

}  // namespace

const char* describe(SelfTest result) {
  switch (result) {
    case SelfTest::passed:
      return "passed";
    case SelfTest::deviates:
      return "deviates";
    case SelfTest::moved:
      return "moved";
    case SelfTest::notAvailable:
      return "not available";
    case SelfTest::failed:
      return "bus failed";
  }
  return "unknown";
}

SelfTest Mpu6050::selfTest() {
  if (identity_ != kIdentityMpu6050) return SelfTest::notAvailable;
  uint8_t codes[4] = {};
  if (!get(kSelfTestX, codes, sizeof codes)) return SelfTest::failed;
  int32_t expected[kAxes] = {};
  expectedResponses(codes, expected);
  for (const int32_t trim : expected) {
    if (trim == 0) return SelfTest::notAvailable;
  }

  int32_t resting[kAxes] = {};
  int32_t deflected[kAxes] = {};
  bool moved = false;
  const bool measured =
      set(kFifoEnable, 0) && set(kConfig, kLowPass44Hz) && set(kSampleRateDivider, 0) &&
      set(kGyroConfig, kSelfTestGyroRange) && set(kAccelConfig, kSelfTestAccelRange) &&
      averageMotion(resting, moved) && set(kGyroConfig, kSelfTestGyroRange | kSelfTestAll) &&
      set(kAccelConfig, kSelfTestAccelRange | kSelfTestAll) && averageMotion(deflected, moved);
  if (!measured) return SelfTest::failed;
  if (moved) return SelfTest::moved;
  for (int axis = 0; axis < kAxes; ++axis) {
    if (deviates((deflected[axis] - resting[axis]) / kReadings, expected[axis])) return SelfTest::deviates;
  }
  return SelfTest::passed;
}

/**
 * The sums of kReadings readings of accelerometer and gyroscope, once they have settled; `moved` becomes true
 * where they do not stay together.
 */
bool Mpu6050::averageMotion(int32_t* sums, bool& moved) {
  clock_.sleepMillis(kSettleMillis);
  int16_t low[kAxes] = {};
  int16_t high[kAxes] = {};
  for (int axis = 0; axis < kAxes; ++axis) sums[axis] = 0;
  for (int reading = 0; reading < kReadings; ++reading) {
    uint8_t bytes[14] = {};
    if (!get(kAccelXHigh, bytes, sizeof bytes)) return false;
    for (int axis = 0; axis < kAxes; ++axis) {
      // Bytes 6 and 7 are the thermometer.
      const uint8_t* at = &bytes[2 * axis + (axis < 3 ? 0 : 2)];
      const int16_t count = toCount(at);
      sums[axis] += count;
      if (reading == 0 || count < low[axis]) low[axis] = count;
      if (reading == 0 || count > high[axis]) high[axis] = count;
      if (high[axis] - low[axis] > (axis < 3 ? kStillAccelCounts : kStillGyroCounts)) moved = true;
    }
    clock_.sleepMillis(kReadingMillis);
  }
  return true;
}

}  // namespace bandsmith

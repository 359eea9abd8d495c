// The MPU-6050 motion sensor. Sampling is by the sensor's own clock: it fills its FIFO, the driver empties it
// in bursts.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/drivers/register_device.h"
#include "bandsmith/hal/clock.h"
#include "bandsmith/hal/i2c_bus.h"

namespace bandsmith {

enum class SensorStatus : uint8_t {
  ok,
  /** The bus failed after retries: lastBusResult() says how. */
  busError,
  /** WHO_AM_I answered something that is neither the chip nor a known clone. */
  unknownDevice,
  /** DEVICE_RESET did not end. */
  resetTimeout,
  /** A register read back other than written. */
  settingsNotTaken,
  /** The settings are no longer there: the chip was reset or lost its supply. begin() again. */
  settingsLost,
  /** The FIFO ran over: samples are lost, restartFifo() and begin a new window. */
  fifoOverflow,
  /** A burst broke off, or the FIFO's length cannot be: samples are lost, restartFifo() and begin a new
     window. */
  streamBroken,
};

const char* describe(SensorStatus status);

/** Register values; the generated band_config.h derives them and the scales from one specification. */
struct SensorSettings {
  uint8_t address;
  uint8_t sampleRateDivider;
  uint8_t lowPass;
  uint8_t accelRange;
  uint8_t gyroRange;
};

/** Accelerometer x, y, z, gyroscope x, y, z, in the chip's axes. */
struct RawSample {
  int16_t counts[6];
};

enum class SelfTest : uint8_t {
  passed,
  /** An axis answers its test force by more than 14 % otherwise than at the factory. */
  deviates,
  /** The band was moved meanwhile: nothing can be said. */
  moved,
  /** The chip has no trim codes, or is a clone with another test. */
  notAvailable,
  /** The bus failed in the middle. */
  failed,
};

const char* describe(SelfTest result);

class Mpu6050 {
 public:
  Mpu6050(I2cBus& bus, Clock& clock, const SensorSettings& settings)
      : device_(bus, clock, settings.address), clock_(clock), settings_(settings) {}

  /** Identifies, resets, wakes and configures the chip, checks the settings and starts the FIFO. */
  [[nodiscard]] SensorStatus begin();

  /**
   * Deflects each axis by its test force and compares with the factory's trim; while the band lies still.
   * Takes about a second and leaves the chip to be begun again.
   */
  [[nodiscard]] SelfTest selfTest();

  /**
   * Moves what the FIFO holds, oldest first, at most `capacity` samples. `count` is 0 unless the result is
   * ok.
   */
  [[nodiscard]] SensorStatus readSamples(RawSample* samples, size_t capacity, size_t& count);

  /**
   * Reads the settings back: settingsLost where they are others twice in a row. One bad reading is a
   * disturbed bus: misreadings() counts those.
   */
  [[nodiscard]] SensorStatus checkSettings();

  /** Empties the FIFO and starts it at a sample's border. */
  [[nodiscard]] SensorStatus restartFifo();

  /** Gyroscope off, five looks a second, the interrupt line rises on motion. begin() ends it. */
  [[nodiscard]] SensorStatus watchForMotion(uint16_t thresholdMilliG);

  /** Since watchForMotion() or the last call: did the chip see motion, or does gravity stand elsewhere? */
  [[nodiscard]] SensorStatus sawMotion(bool& moved);

  /** WHO_AM_I as last read. */
  uint8_t identity() const { return identity_; }
  BusResult lastBusResult() const { return lastBusResult_; }
  uint32_t failedTransfers() const { return device_.failedTransfers(); }
  /** Registers that were read back wrongly once, and rightly the next time. */
  uint32_t misreadings() const { return misreadings_; }

 private:
  SensorStatus identify();
  SensorStatus reset();
  SensorStatus configure();
  bool set(uint8_t reg, uint8_t value);
  bool get(uint8_t first, uint8_t* out, size_t count);
  SensorStatus readFifoLength(size_t& bytes);
  bool averageMotion(int32_t* sums, bool& moved);
  bool readAccel(int16_t* counts);
  uint16_t fifoBytes() const;

  RegisterDevice device_;
  Clock& clock_;
  SensorSettings settings_;
  uint8_t identity_ = 0;
  BusResult lastBusResult_ = BusResult::ok;
  uint32_t misreadings_ = 0;
  bool wasMisaligned_ = false;
  int16_t restingCounts_[3] = {};
  int32_t motionCounts_ = 0;
};

}  // namespace bandsmith

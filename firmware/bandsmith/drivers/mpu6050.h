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
  /** The FIFO ran over: samples are lost, restartFifo() and begin a new window. */
  fifoOverflow,
  /** A burst broke off: samples are lost, restartFifo() and begin a new window. */
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

class Mpu6050 {
 public:
  Mpu6050(I2cBus& bus, Clock& clock, const SensorSettings& settings)
      : device_(bus, clock, settings.address), clock_(clock), settings_(settings) {}

  /** Identifies, resets, wakes and configures the chip, checks the settings and starts the FIFO. */
  [[nodiscard]] SensorStatus begin();

  /**
   * Moves what the FIFO holds, oldest first, at most `capacity` samples. `count` is 0 unless the result is
   * ok.
   */
  [[nodiscard]] SensorStatus readSamples(RawSample* samples, size_t capacity, size_t& count);

  /** Empties the FIFO and starts it at a sample's border. */
  [[nodiscard]] SensorStatus restartFifo();

  /** WHO_AM_I as last read. */
  uint8_t identity() const { return identity_; }
  BusResult lastBusResult() const { return lastBusResult_; }

 private:
  SensorStatus identify();
  SensorStatus reset();
  SensorStatus configure();
  bool set(uint8_t reg, uint8_t value);
  uint16_t fifoBytes() const;

  RegisterDevice device_;
  Clock& clock_;
  SensorSettings settings_;
  uint8_t identity_ = 0;
  BusResult lastBusResult_ = BusResult::ok;
};

}  // namespace bandsmith

// The MPU-6050's registers and bits that the driver uses.
// Source: InvenSense MPU-6000/MPU-6050 Register Map and Descriptions, rev. 4.2; pages in brackets. Motion
// detection is told by its rev. 3.2 [32 to 34, 43].
#pragma once

#include <stdint.h>

namespace bandsmith::mpu6050 {

constexpr uint8_t kSelfTestX = 13;          // SELF_TEST_X, Y, Z, A [9]: the factory's trim codes
constexpr uint8_t kSampleRateDivider = 25;  // SMPLRT_DIV [11]: sample rate = 1 kHz / (1 + value), DLPF on
constexpr uint8_t kConfig = 26;             // CONFIG [13]: DLPF_CFG in bits 2:0
constexpr uint8_t kGyroConfig = 27;         // GYRO_CONFIG [14]: FS_SEL in bits 4:3, self-test in 7:5
constexpr uint8_t kAccelConfig =
    28;  // ACCEL_CONFIG [15]: AFS_SEL in bits 4:3, self-test in 7:5, high-pass in 2:0
constexpr uint8_t kMotionThreshold =
    31;  // MOT_THR: 2 mg a step (product specification: 1 step = 2 mg at any range)
constexpr uint8_t kMotionDuration = 32;   // MOT_DUR: 1 ms a step
constexpr uint8_t kFifoEnable = 35;       // FIFO_EN [16]
constexpr uint8_t kInterruptPin = 55;     // INT_PIN_CFG [26]
constexpr uint8_t kInterruptEnable = 56;  // INT_ENABLE [27]
constexpr uint8_t kInterruptStatus = 58;  // INT_STATUS [28]: reading clears it
constexpr uint8_t kAccelXHigh =
    59;  // ACCEL_XOUT_H [29]: six bytes; then two of temperature, six of the gyroscope
constexpr uint8_t kSignalPathReset = 104;   // SIGNAL_PATH_RESET [37]
constexpr uint8_t kMotionControl = 105;     // MOT_DETECT_CTRL
constexpr uint8_t kUserControl = 106;       // USER_CTRL [38]
constexpr uint8_t kPowerManagement1 = 107;  // PWR_MGMT_1 [40]
constexpr uint8_t kPowerManagement2 = 108;  // PWR_MGMT_2 [42]
constexpr uint8_t kFifoCountHigh = 114;     // FIFO_COUNTH, FIFO_COUNTL [43]: reading the first latches both
constexpr uint8_t kFifoReadWrite = 116;     // FIFO_R_W [44]
constexpr uint8_t kWhoAmI = 117;            // WHO_AM_I [45]

constexpr uint8_t kSelfTestAll = 0xE0;  // GYRO_CONFIG, ACCEL_CONFIG: XA_ST, YA_ST, ZA_ST and their like
constexpr uint8_t kSelfTestAccelRange = 0x10;  // ±8 g, which the trim codes are given at [11]
constexpr uint8_t kSelfTestGyroRange = 0x00;   // ±250 °/s [10]
constexpr uint8_t kHighPassHold = 0x07;        // ACCEL_CONFIG: ACCEL_HPF, the present sample is the reference
constexpr uint8_t kFifoAccel = 0x08;           // FIFO_EN: ACCEL_FIFO_EN
constexpr uint8_t kFifoGyro = 0x70;            // FIFO_EN: XG, YG, ZG
constexpr uint8_t kInterruptLatched =
    0x20;  // INT_PIN_CFG: LATCH_INT_EN, the pin stays high until INT_STATUS is read
constexpr uint8_t kFifoOverflow = 0x10;    // INT_ENABLE, INT_STATUS: FIFO_OFLOW
constexpr uint8_t kMotion = 0x40;          // INT_ENABLE, INT_STATUS: MOT
constexpr uint8_t kMotionSettle = 0x15;    // MOT_DETECT_CTRL: 1 ms more to start up, counters fall by one
constexpr uint8_t kAllPaths = 0x07;        // SIGNAL_PATH_RESET: gyroscope, accelerometer, thermometer
constexpr uint8_t kUserFifoEnable = 0x40;  // USER_CTRL: FIFO_EN
constexpr uint8_t kUserFifoReset = 0x04;   // USER_CTRL: FIFO_RESET, only while FIFO_EN is 0
constexpr uint8_t kDeviceReset = 0x80;     // PWR_MGMT_1: DEVICE_RESET, clears itself
constexpr uint8_t kCycle = 0x28;  // PWR_MGMT_1: CYCLE and TEMP_DIS, one sample of the accelerometer at a time
constexpr uint8_t kClockGyroX = 0x01;     // PWR_MGMT_1: awake, PLL on the X gyroscope (steadier than the RC)
constexpr uint8_t kWake5HzNoGyro = 0x47;  // PWR_MGMT_2: LP_WAKE_CTRL 5 Hz, STBY_XG, YG, ZG
constexpr uint8_t kRangeShift = 3;        // FS_SEL and AFS_SEL

// What the chip and its clones answer. A clone keeps the register map; the MPU-6500 alone has a smaller FIFO
// (MPU-6500 Product Specification rev. 1.0, p. 8), sets the accelerometer's low-pass apart (register map p.
// 15) and has another self-test.
constexpr uint8_t kIdentityMpu6050 = 0x68;
constexpr uint8_t kIdentityMpu6500 = 0x70;
constexpr uint8_t kIdentityClone72 = 0x72;
constexpr uint8_t kIdentityClone98 = 0x98;
constexpr uint8_t kAccelConfig2 = 29;  // ACCEL_CONFIG_2 of the MPU-6500: A_DLPF_CFG in bits 2:0

constexpr uint16_t kFifoBytes = 1024;  // Product Specification rev. 3.4, p. 25
constexpr uint16_t kFifoBytesMpu6500 = 512;

/** Big-endian, as all of the chip's values. */
constexpr int16_t toCount(const uint8_t* bytes) {
  return static_cast<int16_t>(static_cast<uint16_t>(bytes[0] << 8 | bytes[1]));
}

}  // namespace bandsmith::mpu6050

// The registers of the MPU-6050 and MPU-6500 that the twin knows, and their bits.
// Sources, pages in brackets:
//   RM   InvenSense MPU-6000/MPU-6050 Register Map and Descriptions, rev. 4.2
//   RM32 the same, rev. 3.2: motion detection, which 4.2 leaves out though the chip has it
//   65   MPU-6500 Register Map and Descriptions, rev. 2.1
//   PS   MPU-6000/MPU-6050 Product Specification, rev. 3.4

export const REG = {
  /** 65: gyroscope's factory codes of the MPU-6500, x to z; the accelerometer's are at SELF_TEST_X. */
  selfTestGyro6500: 0x00,
  selfTestX: 0x0d, // RM [9]: XA_TEST[4:2] in 7:5, XG_TEST in 4:0
  selfTestY: 0x0e,
  selfTestZ: 0x0f,
  selfTestA: 0x10, // RM [9]: XA_TEST[1:0] in 5:4, y in 3:2, z in 1:0
  sampleRateDivider: 0x19, // RM [11]
  config: 0x1a, // RM [13]
  gyroConfig: 0x1b, // RM [14]
  accelConfig: 0x1c, // RM [15]; RM32: ACCEL_HPF in 2:0
  accelConfig2: 0x1d, // 65 [14]
  lowPowerRate6500: 0x1e, // 65: LP_ACCEL_ODR
  motionThreshold: 0x1f, // RM32, 65: MOT_THR, WOM_THR
  motionDuration: 0x20, // RM32: MOT_DUR
  fifoEnable: 0x23, // RM [16]
  interruptPin: 0x37, // RM [26]
  interruptEnable: 0x38, // RM [27]
  interruptStatus: 0x3a, // RM [28]
  accelXHigh: 0x3b, // RM [29]
  temperatureHigh: 0x41, // RM [30]
  gyroXHigh: 0x43, // RM [31]
  gyroZLow: 0x48,
  externalFirst: 0x49, // RM [32]: EXT_SENS_DATA_00
  externalLast: 0x60,
  motionStatus: 0x61, // RM32: MOT_DETECT_STATUS
  signalPathReset: 0x68, // RM [37]
  motionControl: 0x69, // RM32: MOT_DETECT_CTRL; 65: ACCEL_INTEL_CTRL
  userControl: 0x6a, // RM [38]
  power1: 0x6b, // RM [40]
  power2: 0x6c, // RM [42]
  fifoCountHigh: 0x72, // RM [43]
  fifoCountLow: 0x73,
  fifoReadWrite: 0x74, // RM [44]
  whoAmI: 0x75, // RM [45]
} as const;

export const REGISTER_COUNT = 128;

/** CONFIG. */
export const CONFIG = { lowPassMask: 0x07, fifoStopsWhenFull6500: 0x40 } as const;
/** GYRO_CONFIG and ACCEL_CONFIG: self-test x in bit 7, y in 6, z in 5. */
export const RANGE = { shift: 3, mask: 0x03, selfTestX: 0x80 } as const;
/** ACCEL_CONFIG[2:0], RM32 p. 14: off, 5, 2.5, 1.25, 0.63 Hz, hold. */
export const HIGH_PASS = { mask: 0x07, reset: 0, hold: 7 } as const;
/** FIFO_EN's bits in the order in which the chip writes: that of the data registers (RM [16, 44]). */
export const FIFO_ORDER = [
  { bit: 0x08, first: REG.accelXHigh, bytes: 6 },
  { bit: 0x80, first: REG.temperatureHigh, bytes: 2 },
  { bit: 0x40, first: REG.gyroXHigh, bytes: 2 },
  { bit: 0x20, first: REG.gyroXHigh + 2, bytes: 2 },
  { bit: 0x10, first: REG.gyroXHigh + 4, bytes: 2 },
] as const;
/** INT_PIN_CFG. */
export const PIN = { activeLow: 0x80, latched: 0x20, clearedByAnyRead: 0x10 } as const;
/** INT_ENABLE and INT_STATUS. */
export const INTERRUPT = { motion: 0x40, fifoOverflow: 0x10, dataReady: 0x01 } as const;
/** 65: WOM_EN takes the three bits 7:5 in later chips; of the MPU-6500 it is bit 6. */
export const MOTION_CONTROL_6500 = { enable: 0x80, comparePrevious: 0x40 } as const;
/** USER_CTRL. */
export const USER = { fifoEnable: 0x40, fifoReset: 0x04, masterReset: 0x02, conditionReset: 0x01 } as const;
/** PWR_MGMT_1. */
export const POWER1 = {
  deviceReset: 0x80,
  sleep: 0x40,
  cycle: 0x20,
  temperatureOff: 0x08,
  clockMask: 0x07,
  clockInternal: 0,
  clockGyroX: 1,
  clockGyroZ: 3,
} as const;
/** PWR_MGMT_2: LP_WAKE_CTRL in 7:6, then stand-by of the accelerometer's x, y, z and the gyroscope's. */
export const POWER2 = { wakeShift: 6, standbyMask: 0x3f, standbyGyro: 0x07, standbyAccelX: 0x20 } as const;

/** LP_WAKE_CTRL, RM [42]. */
export const WAKE_RATES_HZ = [1.25, 5, 20, 40] as const;
/** LP_ACCEL_ODR, 65: 0.24 Hz and its doublings. */
export const WAKE_RATES_6500_HZ = [
  0.24, 0.49, 0.98, 1.95, 3.91, 7.81, 15.63, 31.25, 62.5, 125, 250, 500,
] as const;

/** Whether a driver may write there. */
export function isWritable(register: number, isMpu6500: boolean): boolean {
  if (register >= REG.interruptStatus && register <= REG.motionStatus) return false;
  if (register === REG.whoAmI || register === REG.fifoCountHigh || register === REG.fifoCountLow)
    return false;
  if (register === REG.fifoReadWrite) return false; // Writing there is for tests of the chip.
  if (isMpu6500) return register <= 0x02 || register >= REG.selfTestX;
  // The MPU-6050 has the factory's codes for reading, and nothing at 0x11 to 0x18, 0x1D, 0x1E, 0x21, 0x22.
  return (
    register >= REG.sampleRateDivider && register !== REG.accelConfig2 && register !== REG.lowPowerRate6500
  );
}

// The sensor's self-test: what the factory measured, and by how much switching the test on moves each axis.
// Source: InvenSense Register Map rev. 4.2, p. 9 to 11; for the MPU-6500, "MPU-6500 Accelerometer Gyroscope
// Self-Test Implementation" (AN-MPU-6500A-02) and Register Map rev. 2.1, registers 0 to 2 and 13 to 15.
import { REG } from "./mpu6050-registers.ts";

type Triple = readonly [x: number, y: number, z: number];

/** The factory's codes; 0 means not measured. */
export interface FactoryTrim {
  /** 0 to 31; of the MPU-6500, 0 to 255. */
  readonly accel: Triple;
  readonly gyro: Triple;
}

/** As a typical chip has them. */
export const TYPICAL_TRIM: FactoryTrim = { accel: [16, 18, 15], gyro: [20, 22, 19] };
export const TYPICAL_TRIM_6500: FactoryTrim = { accel: [58, 61, 110], gyro: [92, 84, 97] };

/** Factory trim FT of the accelerometer, in counts at ±8 g (p. 10): 4096 · 0.34 · (0.92/0.34)^((code − 1)/30). */
function accelTrimCounts(code: number): number {
  return code === 0 ? 0 : 4096 * 0.34 * (0.92 / 0.34) ** ((code - 1) / (2 ** 5 - 2));
}

/** FT of the gyroscope, in counts at ±250 deg/s (p. 10): 25 · 131 · 1.046^(code − 1), y with a minus. */
function gyroTrimCounts(code: number, axis: number): number {
  return code === 0 ? 0 : (axis === 1 ? -1 : 1) * 25 * 131 * 1.046 ** (code - 1);
}

/** MPU-6500, both sensors, in counts at ±2 g and ±250 deg/s: 2620 · 1.01^(code − 1). */
function trimCounts6500(code: number): number {
  return code === 0 ? 0 : 2620 * 1.01 ** (code - 1);
}

/** Response in g of the three accelerometer axes, then deg/s of the gyroscope's, at no deviation. */
export function responses(trim: FactoryTrim, isMpu6500: boolean): Float64Array {
  const out = new Float64Array(6);
  for (let axis = 0; axis < 3; axis++) {
    const accel = trim.accel[axis]!;
    const gyro = trim.gyro[axis]!;
    out[axis] = isMpu6500 ? trimCounts6500(accel) / 16384 : accelTrimCounts(accel) / 4096;
    out[axis + 3] = (isMpu6500 ? trimCounts6500(gyro) : gyroTrimCounts(gyro, axis)) / 131;
  }
  return out;
}

/** Writes the codes where the chip has them. */
export function writeTrim(registers: Uint8Array, trim: FactoryTrim, isMpu6500: boolean): void {
  if (isMpu6500) {
    registers.set(trim.gyro, REG.selfTestGyro6500);
    registers.set(trim.accel, REG.selfTestX);
    return;
  }
  for (let axis = 0; axis < 3; axis++) {
    registers[REG.selfTestX + axis] = ((trim.accel[axis]! >> 2) << 5) | trim.gyro[axis]!;
  }
  registers[REG.selfTestA] = ((trim.accel[0] & 3) << 4) | ((trim.accel[1] & 3) << 2) | (trim.accel[2] & 3);
}

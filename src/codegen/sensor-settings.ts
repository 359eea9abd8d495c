// The MPU6050's register values for a pre-processing specification.
// Source: InvenSense MPU-6000/MPU-6050 Register Map rev. 4.2, registers 25 and 26 (pages 11 and 13).
import { ACCEL_SCALE, GYRO_SCALE } from "../signal/mpu6050.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import { sensorRateImpossible } from "../util/messages.ts";

/** Sample rate of the chip before its divider, with the low-pass filter on. */
const BASE_RATE_HZ = 1000;
const LARGEST_DIVISION = 256;

/** DLPF_CFG and the accelerometer's bandwidth; 0 is left out, since it raises the gyroscope's rate to 8 kHz. */
const LOW_PASS = [
  { code: 1, bandwidthHz: 184 },
  { code: 2, bandwidthHz: 94 },
  { code: 3, bandwidthHz: 44 },
  { code: 4, bandwidthHz: 21 },
  { code: 5, bandwidthHz: 10 },
  { code: 6, bandwidthHz: 5 },
] as const;

export interface SensorRegisters {
  /** SMPLRT_DIV. */
  readonly sampleRateDivider: number;
  /** DLPF_CFG. */
  readonly lowPass: number;
  readonly lowPassHz: number;
  /** AFS_SEL and FS_SEL. */
  readonly accelRange: number;
  readonly gyroRange: number;
}

/** @throws UserError project/sensor-rate */
export function sensorRegisters({
  sensor,
  sampleRateHz,
}: Pick<Preprocessing, "sensor" | "sampleRateHz">): SensorRegisters {
  const lowPass = lowPassFor(sampleRateHz);
  return {
    sampleRateDivider: rateDivision(sampleRateHz) - 1,
    lowPass: lowPass.code,
    lowPassHz: lowPass.bandwidthHz,
    accelRange: ACCEL_SCALE[sensor.accelRangeG].afsSel,
    gyroRange: GYRO_SCALE[sensor.gyroRangeDps].fsSel,
  };
}

/** 1 kHz / rate, a whole number from 1 to 256. Half a part in a million is far below the chip's clock tolerance. */
function rateDivision(rateHz: number): number {
  const exact = BASE_RATE_HZ / rateHz;
  const whole = Math.min(LARGEST_DIVISION, Math.max(1, Math.round(exact)));
  if (Math.abs(exact - whole) <= whole * 5e-7) return whole;
  const around = [Math.ceil(exact), Math.floor(exact)].filter((n) => n >= 1 && n <= LARGEST_DIVISION);
  const candidates = around.length > 0 ? around : [whole];
  throw sensorRateImpossible(
    rateHz,
    candidates.map((n) => Number((BASE_RATE_HZ / n).toFixed(3))),
  );
}

/** The widest filter below half the sample rate, or the narrowest that there is. */
function lowPassFor(rateHz: number): (typeof LOW_PASS)[number] {
  return LOW_PASS.find((filter) => filter.bandwidthHz <= rateHz / 2) ?? LOW_PASS[5];
}

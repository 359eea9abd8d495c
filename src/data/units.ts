// Units of published recordings, and the factors to g and deg/s.
import { DEGREES_PER_RADIAN, STANDARD_GRAVITY } from "../signal/mpu6050.ts";
import type { Units } from "../spec/band.ts";

export const TO_G: Readonly<Record<Units["accel"], number>> = { g: 1, "m/s^2": 1 / STANDARD_GRAVITY };
const TO_DPS: Readonly<Record<Units["gyro"], number>> = { "deg/s": 1, "rad/s": DEGREES_PER_RADIAN };

/** Factors from declared units to g and deg/s. */
export interface UnitFactors {
  readonly accel: number;
  readonly gyro: number;
}

export function unitFactors(units: Units): UnitFactors {
  return { accel: TO_G[units.accel], gyro: TO_DPS[units.gyro] };
}

export function sameUnits(a: Units, b: Units): boolean {
  return a.accel === b.accel && a.gyro === b.gyro;
}

export function describeUnits(units: Units): string {
  return `${units.accel} and ${units.gyro}`;
}

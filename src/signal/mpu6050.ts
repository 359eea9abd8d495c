// The MPU-6050's ranges: register bits and scale in one table, so that they cannot disagree.
// Source: InvenSense MPU-6000/MPU-6050 Product Specification rev. 3.4, tables 6.1 and 6.2; Register Map rev. 4.2,
// registers 27 (GYRO_CONFIG) and 28 (ACCEL_CONFIG).

export const ACCEL_RANGES_G = [2, 4, 8, 16] as const;
export const GYRO_RANGES_DPS = [250, 500, 1000, 2000] as const;
export type AccelRangeG = (typeof ACCEL_RANGES_G)[number];
export type GyroRangeDps = (typeof GYRO_RANGES_DPS)[number];

/** AFS_SEL bits (ACCEL_CONFIG[4:3]) and sensitivity in counts per g. */
export const ACCEL_SCALE: Readonly<
  Record<AccelRangeG, { readonly afsSel: number; readonly countsPerG: number }>
> = {
  2: { afsSel: 0, countsPerG: 16384 },
  4: { afsSel: 1, countsPerG: 8192 },
  8: { afsSel: 2, countsPerG: 4096 },
  16: { afsSel: 3, countsPerG: 2048 },
};

/** FS_SEL bits (GYRO_CONFIG[4:3]) and sensitivity in counts per degree per second. */
export const GYRO_SCALE: Readonly<
  Record<GyroRangeDps, { readonly fsSel: number; readonly countsPerDps: number }>
> = {
  250: { fsSel: 0, countsPerDps: 131 },
  500: { fsSel: 1, countsPerDps: 65.5 },
  1000: { fsSel: 2, countsPerDps: 32.8 },
  2000: { fsSel: 3, countsPerDps: 16.4 },
};

/** Standard gravity, m/s² (CGPM 1901). */
export const STANDARD_GRAVITY = 9.80665;
export const DEGREES_PER_RADIAN = 180 / Math.PI;

/** The count that the sensor reports for a value in its unit: rounded, saturated at its 16 bits. */
export function toCounts(value: number, countsPerUnit: number): number {
  const count = Math.round(value * countsPerUnit);
  return count < -32768 ? -32768 : count > 32767 ? 32767 : count;
}

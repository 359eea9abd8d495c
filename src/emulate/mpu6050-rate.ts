// How often the sensor samples, by its registers.
// Source: InvenSense Register Map rev. 4.2, p. 11 (SMPLRT_DIV), 13 (CONFIG), 40 to 42 (power management).
import { CONFIG, POWER1, POWER2, REG } from "./mpu6050-registers.ts";
import type { SensorVariant } from "./mpu6050-variant.ts";

/** Samples a second that go to data registers and FIFO, by a clock without error; 0 while it sleeps. */
export function sampleRateHz(registers: Uint8Array, variant: SensorVariant): number {
  const power = registers[REG.power1]!;
  // No external clock is wired, and 7 stops the clock (p. 41).
  if ((power & POWER1.sleep) !== 0 || (power & POWER1.clockMask) > POWER1.clockGyroZ) return 0;
  if ((power & POWER1.cycle) !== 0) {
    const wake = variant.isMpu6500
      ? Math.min(registers[REG.lowPowerRate6500]! & 0x0f, variant.wakeRatesHz.length - 1)
      : registers[REG.power2]! >> POWER2.wakeShift;
    return variant.wakeRatesHz[wake]!;
  }
  const lowPass = registers[REG.config]! & CONFIG.lowPassMask;
  // "Gyroscope Output Rate = 8 kHz when the DLPF is disabled (DLPF_CFG = 0 or 7), and 1 kHz" otherwise (p. 11).
  const isWide = lowPass === 0 || lowPass === 7;
  // MPU-6500 Register Map rev. 2.1, SMPLRT_DIV: only effective with the filter on.
  if (isWide && variant.isMpu6500) return 8000;
  return (isWide ? 8000 : 1000) / (1 + registers[REG.sampleRateDivider]!);
}

// How the band decides and when it rests, as numbers of include/band_config.h.
import { ACCEL_SCALE, GYRO_SCALE } from "../signal/mpu6050.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { DecisionSpec, PowerSpec } from "../spec/band.ts";
import type { View } from "./template.ts";

/** Rest that a gyroscope's bias is averaged over, and how much of it may be noise or a pulse. */
const BIAS_SECONDS = 2;
const BIAS_ACCEL_LIMIT_G = 0.06;
const BIAS_GYRO_LIMIT_DPS = 3;
/** Product specification rev. 3.4, p. 12: ±20 °/s, and some room. */
const BIAS_LARGEST_DPS = 30;

export function unknownBelowPercent({ unknownBelow }: DecisionSpec): number {
  return Math.round(unknownBelow * 100);
}

export function behaviourView(
  { sensor, sampleRateHz }: Preprocessing,
  { decision, power }: { readonly decision: DecisionSpec; readonly power: PowerSpec },
): View {
  const { countsPerG } = ACCEL_SCALE[sensor.accelRangeG];
  const { countsPerDps } = GYRO_SCALE[sensor.gyroRangeDps];
  return {
    smoothWindows: decision.smoothWindows,
    unknownBelowPercent: unknownBelowPercent(decision),
    standbyAfterSamples: Math.round(power.standbyAfterSeconds * sampleRateHz),
    standbyAfterSeconds: power.standbyAfterSeconds,
    motionMilliG: power.motionMilliG,
    motionCounts: Math.round((power.motionMilliG / 1000) * countsPerG),
    dimAfterSeconds: power.dimAfterSeconds,
    displayOffAfterSeconds: power.displayOffAfterSeconds,
    rateMilliHz: Math.round(sampleRateHz * 1000),
    countsPerTenDps: Math.round(countsPerDps * 10),
    biasSamples: Math.ceil(BIAS_SECONDS * sampleRateHz),
    biasAccelCounts: Math.round(BIAS_ACCEL_LIMIT_G * countsPerG),
    biasGyroCounts: Math.round(BIAS_GYRO_LIMIT_DPS * countsPerDps),
    biasLargestCounts: Math.min(32767, Math.round(BIAS_LARGEST_DPS * countsPerDps)),
  };
}

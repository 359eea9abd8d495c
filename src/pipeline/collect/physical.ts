// Counts of a band's chip as a recording has them: in g and deg/s, in the wearer's axes, as if worn like the recordings that
// the network has learnt from, without the gyroscope's bias. It is what the firmware's front end begins with.
import type { Recording } from "../../data/recording.ts";
import { mapAxes } from "../../signal/frontend.ts";
import { ACCEL_SCALE, GYRO_SCALE } from "../../signal/mpu6050.ts";
import { CHANNEL_COUNT, type Preprocessing } from "../../signal/preprocessing.ts";
import type { WristOrientation } from "../../signal/wrist.ts";
import type { Stretch, Take } from "./take.ts";

export interface Mounting {
  readonly sensor: Preprocessing["sensor"];
  readonly sampleRateHz: number;
  readonly wrist: WristOrientation;
}

/** One sample, [6] counts of the chip, in g and deg/s. */
export function physicalSample(
  counts: ArrayLike<number>,
  bias: Int16Array,
  { sensor, wrist }: Mounting,
): number[] {
  const sample = Int16Array.from({ length: CHANNEL_COUNT }, (_, c) =>
    // Saturates as GyroBias::correct does.
    Math.min(32_767, Math.max(-32_768, counts[c]! - (c < 3 ? 0 : bias[c - 3]!))),
  );
  mapAxes(sample, sensor.axes, wrist);
  const { countsPerG } = ACCEL_SCALE[sensor.accelRangeG];
  const { countsPerDps } = GYRO_SCALE[sensor.gyroRangeDps];
  return Array.from(sample, (count, c) => count / (c < 3 ? countsPerG : countsPerDps));
}

/** A session for every stretch; stamps are the sensor's samples at its nominal rate, from 0 on. */
export function recordingsOf(
  { activity, stretches }: Take,
  subject: string,
  mounting: Mounting,
): Recording[] {
  return stretches.map((stretch, index) => ({
    subject,
    file: "",
    session: String(index + 1),
    firstLine: 0,
    tMs: Float64Array.from(
      { length: stretch.counts.length / CHANNEL_COUNT },
      (_, i) => (1000 * i) / mounting.sampleRateHz,
    ),
    values: valuesOf(stretch, mounting),
    labelIndex: new Uint16Array(stretch.counts.length / CHANNEL_COUNT),
    labelNames: [activity],
    repeatedRows: 0,
    lostRows: 0,
  }));
}

function valuesOf({ counts, bias }: Stretch, mounting: Mounting): Float32Array {
  const values = new Float32Array(counts.length);
  for (let at = 0; at < counts.length; at += CHANNEL_COUNT) {
    values.set(physicalSample(counts.slice(at, at + CHANNEL_COUNT), bias, mounting), at);
  }
  return values;
}

// What stands between the sensor's registers and the network's input, as data: fitted once, carried in the
// model's metadata, generated into the firmware, and hashed.
import type { AccelRangeG, GyroRangeDps } from "./mpu6050.ts";

/** The six channels of a wrist IMU, in the order of every window. */
export const CHANNELS = ["ax", "ay", "az", "gx", "gy", "gz"] as const;
export const CHANNEL_COUNT = CHANNELS.length;

/** One wearer's axis as a signed sensor axis: how the chip is mounted in the band. */
export interface SignedAxis {
  readonly axis: 0 | 1 | 2;
  readonly sign: 1 | -1;
}
/** Wearer's x, y, z in terms of the sensor's; the same for accelerometer and gyroscope (one chip). */
export type AxisMap = readonly [SignedAxis, SignedAxis, SignedAxis];

export const IDENTITY_AXES: AxisMap = [
  { axis: 0, sign: 1 },
  { axis: 1, sign: 1 },
  { axis: 2, sign: 1 },
];

export interface SensorSettings {
  readonly accelRangeG: AccelRangeG;
  readonly gyroRangeDps: GyroRangeDps;
  readonly axes: AxisMap;
}

/** Samples inside the signal path carry 8 fractional bits: value = counts × 2^8. */
export const SAMPLE_ONE = 256;

/** One second-order section, coefficients × 2^24 (a0 = 1). A first-order section has b2 = a2 = 0. */
export interface FilterSection {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
  /** Gain for a constant input: 1 for a low-pass section, 0 for a high-pass one. Sets the start-up state. */
  readonly dcGain: 0 | 1;
}

/** One streaming filter on some channels; `subtract` gives input minus filtered (gravity removal). */
export interface FilterStage {
  readonly kind: "lowpass" | "highpass" | "remove-gravity";
  readonly cutoffHz: number;
  readonly order: number;
  readonly channels: readonly number[];
  readonly subtract: boolean;
  readonly sections: readonly FilterSection[];
}

/** Per-channel normalisation in sensor counts (after the filters), fitted on training subjects only. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Everything that the device must do as the training did. */
export interface Preprocessing {
  readonly sensor: SensorSettings;
  readonly sampleRateHz: number;
  /** T: samples a window. */
  readonly windowSamples: number;
  /** Samples between the starts of two windows. */
  readonly strideSamples: number;
  readonly filters: readonly FilterStage[];
  readonly normalization: Normalization;
  /** Class names, in the order of the network's outputs. */
  readonly labels: readonly string[];
  /** As wrist-reference.ts encodes it. Absent where gravity is filtered out or an activity has no windows, and in older files. */
  readonly wristReference?: string | undefined;
}

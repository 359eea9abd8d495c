// A recording as the simulated wrist's motion: read at the sensor's own sampling instants.
import { invariant } from "../util/errors.ts";
import { type MotionSource, SENSOR_AXES } from "./motion-source.ts";

export interface RecordedMotion {
  /** Seconds, growing; any first value. */
  readonly seconds: ArrayLike<number>;
  /** Six values a sample: g and deg/s, or counts. */
  readonly values: ArrayLike<number>;
  readonly unit: MotionSource["unit"];
}

export interface PlaySettings {
  /** Virtual time at which the recording's first sample is played. */
  readonly startSeconds: number;
  /** "linear" between two samples, or the last one until the next comes. */
  readonly interpolation: "linear" | "zero-order";
}

/**
 * Plays a recording. The chip's low-pass is not applied again: what was recorded has been through one.
 * Before the first sample and after the last the band lies still: gravity as the first or last sample's
 * accelerometer has it (of the length of 1 g, unless in counts), no rotation.
 */
export function recordingSource(recording: RecordedMotion, settings: PlaySettings): MotionSource {
  const { seconds, values, unit } = recording;
  const count = seconds.length;
  invariant(count > 0 && values.length === count * SENSOR_AXES, "a recording has six values a sample");
  const first = seconds[0]!;
  const last = seconds[count - 1]!;
  const isLinear = settings.interpolation === "linear";
  const before = still(recording, 0);
  const after = still(recording, count - 1);
  /** Time mostly grows: the search starts where the last one ended. */
  let index = 0;

  return {
    unit,
    at(virtualSeconds, into) {
      const time = virtualSeconds - settings.startSeconds + first;
      if (time < first || time > last) {
        into.set(time < first ? before : after);
        return Number.NaN;
      }
      index = sampleAt(seconds, time, index);
      const from = index * SENSOR_AXES;
      if (!isLinear || index === count - 1) {
        for (let i = 0; i < SENSOR_AXES; i++) into[i] = values[from + i]!;
        return time;
      }
      const start = seconds[index]!;
      const weight = (time - start) / (seconds[index + 1]! - start);
      for (let i = 0; i < SENSOR_AXES; i++) {
        const value = values[from + i]!;
        into[i] = value + weight * (values[from + SENSOR_AXES + i]! - value);
      }
      return time;
    },
  };
}

/** The last sample not after `time`, which is within the recording. */
function sampleAt(seconds: ArrayLike<number>, time: number, guess: number): number {
  let index = guess;
  if (seconds[index]! > time) {
    let high = index;
    index = 0;
    while (high - index > 1) {
      const middle = (index + high) >> 1;
      if (seconds[middle]! <= time) index = middle;
      else high = middle;
    }
  }
  while (index + 1 < seconds.length && seconds[index + 1]! <= time) index++;
  return index;
}

function still({ values, unit }: RecordedMotion, sample: number): Float64Array {
  const out = new Float64Array(SENSOR_AXES);
  const at = sample * SENSOR_AXES;
  const length = Math.hypot(values[at]!, values[at + 1]!, values[at + 2]!);
  if (length === 0) {
    if (unit === "physical") out[2] = 1;
    return out;
  }
  const scale = unit === "physical" ? 1 / length : 1;
  for (let i = 0; i < 3; i++) out[i] = values[at + i]! * scale;
  return out;
}

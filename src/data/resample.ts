// From a sensor's own time stamps to a uniform grid, by linear interpolation on the stamps.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { type Recording, sampleCount } from "./recording.ts";

const MS_PER_SECOND = 1000;
/** A grid point this close (in samples) past the last stamp still counts as on it: 20 ms steps are not exact in binary. */
const END_TOLERANCE = 1e-6;

/** Points of the grid that starts at the first stamp and ends at or before the last one. */
export function gridLength(durationMs: number, rateHz: number): number {
  return Math.floor((durationMs * rateHz) / MS_PER_SECOND + END_TOLERANCE) + 1;
}

/**
 * The points of a stretch's grid that lie within [fromMs, toMs]: both neighbours of each are samples of that span.
 * @param startMs where the grid starts
 */
export function gridSpan(
  startMs: number,
  fromMs: number,
  toMs: number,
  rateHz: number,
): { readonly first: number; readonly count: number } {
  const first = Math.ceil(((fromMs - startMs) * rateHz) / MS_PER_SECOND - END_TOLERANCE);
  const last = Math.floor(((toMs - startMs) * rateHz) / MS_PER_SECOND + END_TOLERANCE);
  return { first, count: Math.max(0, last - first + 1) };
}

/**
 * Linear interpolation of six channels.
 * @param tMs [n] strictly growing
 * @param values [n, 6]
 * @param points of the grid; those past the last stamp repeat the last sample
 * @returns [points, 6]; its first row is the first sample
 */
export function resample(
  tMs: Float64Array,
  values: ArrayLike<number>,
  rateHz: number,
  points = gridLength(tMs[tMs.length - 1]! - tMs[0]!, rateHz),
): Float64Array {
  const last = tMs.length - 1;
  const startMs = tMs[0]!;
  const out = new Float64Array(points * CHANNEL_COUNT);
  let left = 0;
  for (let k = 0; k < points; k++) {
    const at = Math.min(startMs + (k * MS_PER_SECOND) / rateHz, tMs[last]!);
    while (left < last - 1 && tMs[left + 1]! <= at) left++;
    const right = Math.min(left + 1, last);
    const span = tMs[right]! - tMs[left]!;
    const share = span > 0 ? (at - tMs[left]!) / span : 0;
    for (let c = 0; c < CHANNEL_COUNT; c++) {
      const a = values[left * CHANNEL_COUNT + c]!;
      out[k * CHANNEL_COUNT + c] = a + (values[right * CHANNEL_COUNT + c]! - a) * share;
    }
  }
  return out;
}

/** Mean rate of one recording, gaps left out; NaN below two samples. */
export function recordingRateHz(recording: Recording, maxGapMs: number): number {
  const { tMs } = recording;
  let [steps, durationMs] = [0, 0];
  for (let i = 1; i < sampleCount(recording); i++) {
    const step = tMs[i]! - tMs[i - 1]!;
    if (step > maxGapMs) continue;
    steps++;
    durationMs += step;
  }
  return (steps * MS_PER_SECOND) / durationMs;
}

/** Rate of a data set: the median over its recordings, so that bursts in some do not count. */
export function sourceRateHz(recordings: readonly Recording[], maxGapMs: number): number {
  const rates = recordings.map((one) => recordingRateHz(one, maxGapMs)).filter(Number.isFinite);
  rates.sort((a, b) => a - b);
  return rates[rates.length >> 1] ?? NaN;
}

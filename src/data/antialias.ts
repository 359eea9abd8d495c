// Low-pass before going to a lower rate: what the sensor's own digital filter (DLPF) does on the band.
import { butterworth } from "../signal/butterworth.ts";
import { CHANNEL_COUNT, type FilterSection } from "../signal/preprocessing.ts";

const ORDER = 4;
/** Of the target rate: leaves the band up to 8 Hz for 20 Hz, and is at −3 dB (twice: −6 dB) there. */
const CUTOFF_SHARE = 0.4;
/** Below this ratio of rates nothing much can alias that linear interpolation does not already damp. */
const RATE_RATIO = 1.5;
const COEFFICIENT_ONE = 16777216; // 2^24, as butterworth() scales

/** The cutoff to use, or null where the source is not much faster than the target. */
export function antialiasCutoffHz(sourceHz: number, targetHz: number): number | null {
  return sourceHz >= RATE_RATIO * targetHz ? CUTOFF_SHARE * targetHz : null;
}

/**
 * Zero-phase Butterworth: forwards, then backwards, in place over [n, 6] at `rateHz`. Each pass starts as if its
 * first sample had been there for ever. In floating point: this happens to recordings, never on the band.
 */
export function lowpassZeroPhase(samples: Float64Array, cutoffHz: number, rateHz: number): void {
  const count = samples.length / CHANNEL_COUNT;
  for (const section of butterworth("lowpass", ORDER, cutoffHz, rateHz)) {
    for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
      pass(samples, section, channel, CHANNEL_COUNT, count);
      pass(samples, section, (count - 1) * CHANNEL_COUNT + channel, -CHANNEL_COUNT, count);
    }
  }
}

/** One section over one channel, from `at` in steps of `stride`. */
function pass(
  samples: Float64Array,
  section: FilterSection,
  at: number,
  stride: number,
  count: number,
): void {
  const [b0, b1, b2] = [section.b0, section.b1, section.b2].map((b) => b / COEFFICIENT_ONE);
  const [a1, a2] = [section.a1 / COEFFICIENT_ONE, section.a2 / COEFFICIENT_ONE];
  let x1 = samples[at]!;
  let [x2, y1, y2] = [x1, x1, x1];
  for (let i = 0; i < count; i++, at += stride) {
    const x = samples[at]!;
    const y = b0! * x + b1! * x1 + b2! * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    samples[at] = y;
  }
}

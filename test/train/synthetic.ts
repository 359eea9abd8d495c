// Seeded recordings that a small network learns in seconds: each class swings at its own rate on its own axis.
import type { Stream, WindowSet } from "../../src/data/window-set.ts";
import { IDENTITY_AXES, type Preprocessing } from "../../src/signal/preprocessing.ts";
import { seededRandom } from "../../src/util/random.ts";

export const WINDOW_SAMPLES = 24;
const STRIDE_SAMPLES = 12;

export const PREPROCESSING: Preprocessing = {
  sensor: { accelRangeG: 8, gyroRangeDps: 2000, axes: IDENTITY_AXES },
  sampleRateHz: 20,
  windowSamples: WINDOW_SAMPLES,
  strideSamples: STRIDE_SAMPLES,
  filters: [],
  normalization: { mean: [0, 0, 4096, 0, 0, 0], deviation: [600, 600, 600, 600, 600, 600] },
  labels: ["a", "b", "c"],
};

/** Three classes, `streams` recordings of each, 8 windows a recording. */
export function syntheticWindows(seed: string, streams: number): WindowSet {
  const random = seededRandom(seed);
  const samples = WINDOW_SAMPLES + 7 * STRIDE_SAMPLES;
  const all = Array.from({ length: 3 * streams }, (_, s): Stream => {
    const label = s % 3;
    const phase = 7 * random.uniform();
    const data = new Int32Array(samples * 6);
    for (let t = 0; t < samples; t++) {
      for (let c = 0; c < 6; c++) {
        const swing = c % 3 === label ? 800 * Math.sin(phase + t * (0.4 + 0.3 * label)) : 0;
        data[t * 6 + c] = Math.round(256 * ((c === 2 ? 4096 : 0) + swing + 300 * random.normal()));
      }
    }
    return { subject: `s${s}`, session: "a", source: `synthetic ${s}`, label, samples: data };
  });
  const windows = all.flatMap((_, s) =>
    Array.from({ length: 8 }, (_unused, w) => [s, w * STRIDE_SAMPLES] as const),
  );
  return {
    streams: all,
    windowSamples: WINDOW_SAMPLES,
    streamOf: Int32Array.from(windows, ([stream]) => stream),
    startOf: Int32Array.from(windows, ([, start]) => start),
  };
}

// Stretches to streams: resampled, in sensor counts, filtered by the band's own integer arithmetic. The band knows no
// labels: its filters run through a change of activity, so they do here, and the labels cut what comes out.
import { createFilterBank } from "../signal/filter.ts";
import { ACCEL_SCALE, GYRO_SCALE, toCounts } from "../signal/mpu6050.ts";
import { CHANNEL_COUNT, type FilterStage, SAMPLE_ONE, type SensorSettings } from "../signal/preprocessing.ts";
import { negated, type WristOrientation, wristSigns } from "../signal/wrist.ts";
import { lowpassZeroPhase } from "./antialias.ts";
import { gridLength, gridSpan, resample } from "./resample.ts";
import type { Stretch } from "./segments.ts";
import type { Stream } from "./window-set.ts";

export interface StreamSettings {
  readonly ranges: Pick<SensorSettings, "accelRangeG" | "gyroRangeDps">;
  readonly sampleRateHz: number;
  readonly filters: readonly FilterStage[];
  /** How the band was worn that recorded; default 0, as in the recordings that a network learns from. */
  readonly wrist?: WristOrientation;
  /** Rate of the recordings, and the low-pass to apply there; null: none. */
  readonly antialias: { readonly sourceRateHz: number; readonly cutoffHz: number } | null;
}

export interface Saturation {
  /** Values (not samples) at the end of the sensor's range, and all of them. */
  accelSaturated: number;
  gyroSaturated: number;
  samples: number;
}

export interface StreamMaker {
  /** One stream for each of the stretch's segments that has at least `minimumSamples` on the grid. */
  make(stretch: Stretch, minimumSamples: number): Stream[];
  readonly saturation: Readonly<Saturation>;
}

export function createStreamMaker(settings: StreamSettings): StreamMaker {
  const { ranges, sampleRateHz, antialias } = settings;
  const signs = wristSigns(settings.wrist ?? 0);
  const countsPerG = ACCEL_SCALE[ranges.accelRangeG].countsPerG;
  const countsPerDps = GYRO_SCALE[ranges.gyroRangeDps].countsPerDps;
  const bank = createFilterBank(settings.filters);
  const sample = new Int32Array(CHANNEL_COUNT);
  const saturation: Saturation = { accelSaturated: 0, gyroSaturated: 0, samples: 0 };
  return {
    saturation,
    make(stretch, minimumSamples) {
      const { recording, from, segments } = stretch;
      const { tMs } = recording;
      const spans = segments
        .map((segment) => ({
          segment,
          ...gridSpan(tMs[from]!, tMs[segment.from]!, tMs[segment.to - 1]!, sampleRateHz),
        }))
        .filter(({ count }) => count >= minimumSamples);
      if (spans.length === 0) return [];
      const samples = filtered(stretch);
      return spans.map(({ segment, first, count }) => ({
        subject: recording.subject,
        session: recording.session,
        source: `${recording.file}, session ${recording.session}, line ${recording.firstLine + segment.from}`,
        label: segment.label,
        samples: samples.subarray(first * CHANNEL_COUNT, (first + count) * CHANNEL_COUNT),
      }));
    },
  };

  /** [n, 6] of a whole stretch: counts × 2^8, filtered in one go. */
  function filtered({ recording, from, to }: Stretch): Int32Array {
    const values = recording.values.subarray(from * CHANNEL_COUNT, to * CHANNEL_COUNT);
    const grid = toGrid(recording.tMs.subarray(from, to), values, settings);
    const samples = new Int32Array(grid.length);
    bank.reset();
    for (let base = 0; base < grid.length; base += CHANNEL_COUNT) {
      for (let c = 0; c < CHANNEL_COUNT; c++) {
        const count = toCounts(grid[base + c]!, c < 3 ? countsPerG : countsPerDps);
        if (count === 32767 || count === -32768) {
          if (c < 3) saturation.accelSaturated++;
          else saturation.gyroSaturated++;
        }
        sample[c] = (signs[c] === 1 ? count : negated(count)) * SAMPLE_ONE;
      }
      bank.push(sample);
      samples.set(sample, base);
    }
    saturation.samples += grid.length / CHANNEL_COUNT;
    return samples;
  }

  /** Two steps where the source is much faster: to its own uniform rate, low-pass, then to the target rate. */
  function toGrid(
    tMs: Float64Array,
    values: Float32Array,
    { sampleRateHz: rateHz }: StreamSettings,
  ): Float64Array {
    if (antialias === null) return resample(tMs, values, rateHz);
    const durationMs = tMs[tMs.length - 1]! - tMs[0]!;
    // One point more than fits, so that the target grid ends where it would without this step.
    const points = gridLength(durationMs, antialias.sourceRateHz) + 1;
    const fast = resample(tMs, values, antialias.sourceRateHz, points);
    lowpassZeroPhase(fast, antialias.cutoffHz, antialias.sourceRateHz);
    const stepMs = 1000 / antialias.sourceRateHz;
    const fastMs = Float64Array.from({ length: points }, (_, i) => i * stepMs);
    return resample(fastMs, fast, rateHz, gridLength(durationMs, rateHz));
  }
}

// What is in a data set, as plain data for `bandsmith data info`.
import type { BandSpec } from "../spec/band.ts";
import { compareNames, recordedLabels } from "./labels.ts";
import type { LoadedDataset } from "./load.ts";
import { type Recording, sampleCount, UNLABELLED } from "./recording.ts";
import { gridSpan, sourceRateHz } from "./resample.ts";
import { measureRest, quantile } from "./rest.ts";
import { cutStretches } from "./segments.ts";
import { windowShape, windowsIn } from "./windows.ts";

interface LabelSummary {
  /** As recorded. */
  readonly label: string;
  /** Readable; the label itself where nothing says more. */
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly segments: number;
  /** At the band's rate and window. */
  readonly windows: number;
  readonly subjects: number;
}

export interface DatasetSummary {
  readonly title: string;
  readonly path: string;
  readonly units: LoadedDataset["units"];
  readonly files: number;
  readonly ignoredFiles: readonly string[];
  readonly subjects: readonly string[];
  readonly recordings: number;
  readonly rows: number;
  readonly unlabelledRows: number;
  readonly repeatedRows: number;
  readonly lostRows: number;
  /** Time covered, gaps left out. */
  readonly seconds: number;
  /** Median over recordings of their mean rate. */
  readonly rateHz: number;
  /** Time steps in ms: median, 5th and 95th percentile, longest within the allowed gap. */
  readonly stepMs: {
    readonly median: number;
    readonly p5: number;
    readonly p95: number;
    readonly longest: number;
  };
  /** Pauses longer than `data.maxGapMs`. */
  readonly gaps: number;
  /** Shares of values that the band's sensor ranges would clip, 0 to 1. */
  readonly beyondRange: { readonly accel: number; readonly gyro: number };
  /** Largest absolute values. */
  readonly peak: { readonly accelG: number; readonly gyroDps: number };
  /** Median |a| of the quietest tenth of the samples, in g. */
  readonly restingG: number;
  readonly labels: readonly LabelSummary[];
}

export function describeDataset(
  dataset: LoadedDataset,
  band: Pick<BandSpec, "data" | "sensor" | "window">,
): DatasetSummary {
  const { recordings } = dataset;
  const { maxGapMs } = band.data;
  const rows = total(recordings, sampleCount);
  return {
    title: dataset.title,
    path: dataset.path,
    units: dataset.units,
    files: dataset.files,
    ignoredFiles: dataset.ignoredFiles,
    subjects: [...new Set(recordings.map((one) => one.subject))].sort(compareNames),
    recordings: recordings.length,
    rows,
    unlabelledRows: total(recordings, unlabelledRows),
    repeatedRows: total(recordings, (one) => one.repeatedRows),
    lostRows: total(recordings, (one) => one.lostRows),
    ...describeClock(recordings, maxGapMs),
    ...describeRange(recordings, band.sensor),
    restingG: measureRest(recordings).restingG,
    labels: describeLabels(dataset, band),
  };
}

function describeClock(
  recordings: readonly Recording[],
  maxGapMs: number,
): Pick<DatasetSummary, "seconds" | "rateHz" | "stepMs" | "gaps"> {
  const steps = new Float64Array(total(recordings, sampleCount));
  let [count, gaps, sumMs] = [0, 0, 0];
  for (const { tMs } of recordings) {
    for (let i = 1; i < tMs.length; i++) {
      const step = tMs[i]! - tMs[i - 1]!;
      if (step > maxGapMs) gaps++;
      else {
        steps[count++] = step;
        sumMs += step;
      }
    }
  }
  const sorted = steps.subarray(0, count).sort();
  return {
    seconds: sumMs / 1000,
    rateHz: sourceRateHz(recordings, maxGapMs),
    stepMs: {
      median: quantile(sorted, 0.5),
      p5: quantile(sorted, 0.05),
      p95: quantile(sorted, 0.95),
      longest: sorted[count - 1] ?? NaN,
    },
    gaps,
  };
}

function describeRange(
  recordings: readonly Recording[],
  sensor: BandSpec["sensor"],
): Pick<DatasetSummary, "beyondRange" | "peak"> {
  let [accelBeyond, gyroBeyond, accelG, gyroDps, count] = [0, 0, 0, 0, 0];
  for (const { values } of recordings) {
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i]!);
      if (i % 6 < 3) {
        if (size > accelG) accelG = size;
        if (size > sensor.accelRangeG) accelBeyond++;
      } else {
        if (size > gyroDps) gyroDps = size;
        if (size > sensor.gyroRangeDps) gyroBeyond++;
      }
    }
    count += values.length / 2;
  }
  return {
    beyondRange: { accel: accelBeyond / count, gyro: gyroBeyond / count },
    peak: { accelG, gyroDps },
  };
}

function describeLabels(
  dataset: LoadedDataset,
  band: Pick<BandSpec, "data" | "sensor" | "window">,
): LabelSummary[] {
  const labels = recordedLabels(dataset);
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const shape = windowShape(band.window, band.sensor.rateHz);
  const sums = labels.map(() => ({
    rows: 0,
    seconds: 0,
    segments: 0,
    windows: 0,
    people: new Set<string>(),
  }));
  for (const recording of dataset.recordings) {
    const { tMs } = recording;
    for (const stretch of cutStretches(recording, classOf, band.data.maxGapMs)) {
      for (const { label, from, to } of stretch.segments) {
        const [fromMs, toMs] = [tMs[from]!, tMs[to - 1]!];
        const sum = sums[label]!;
        sum.rows += to - from;
        sum.seconds += (toMs - fromMs) / 1000;
        sum.segments++;
        sum.windows += windowsIn(gridSpan(tMs[stretch.from]!, fromMs, toMs, band.sensor.rateHz).count, shape);
        sum.people.add(recording.subject);
      }
    }
  }
  return labels.map((label, index) => {
    const { people, ...sum } = sums[index]!;
    return { label, name: dataset.labelNames[label] ?? label, ...sum, subjects: people.size };
  });
}

function unlabelledRows({ labelIndex, labelNames }: Recording): number {
  const hidden = labelNames.map((label) => label === UNLABELLED);
  if (!hidden.includes(true)) return 0;
  return labelIndex.reduce((count, index) => count + (hidden[index] === true ? 1 : 0), 0);
}

function total(recordings: readonly Recording[], of: (one: Recording) => number): number {
  return recordings.reduce((sum, one) => sum + of(one), 0);
}

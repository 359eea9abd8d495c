// What preparing the data found and did: figures, and the sentences that a report says about them.
import { CHANNELS } from "../signal/preprocessing.ts";
import type { LoadedDataset } from "./load.ts";
import type { MadeStreams } from "./make-streams.ts";
import type { Split } from "./split.ts";
import { type WindowSet, windowCount } from "./window-set.ts";
import { countByClass } from "./windows.ts";

export interface PreparationInfo {
  /** Rate of the recordings as measured or declared. */
  readonly sourceRateHz: number;
  /** Cutoff of the low-pass before resampling; null: none was needed. */
  readonly antialiasHz: number | null;
  readonly windows: {
    readonly all: number;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  /** [classes] windows before balancing. */
  readonly windowsPerClass: {
    readonly train: readonly number[];
    readonly validation: readonly number[];
    readonly test: readonly number[];
  };
  /** Training windows after balancing. */
  readonly trainAfterBalance: number;
  /** Segments too short for a window. */
  readonly shortSegments: number;
  readonly repeatedRows: number;
  readonly lostRows: number;
  /** Shares of values at the end of the sensor's range, 0 to 1. */
  readonly saturation: { readonly accel: number; readonly gyro: number };
  /** Channels that never move in training; they are silenced. */
  readonly silentChannels: readonly number[];
  /** What a person should know, one sentence each. */
  readonly notes: readonly string[];
}

export function summarizePreparation(
  dataset: LoadedDataset,
  classes: readonly string[],
  all: WindowSet,
  split: Split,
  train: WindowSet,
  made: MadeStreams,
  silent: readonly number[],
): PreparationInfo {
  const values = 3 * Math.max(made.saturation.samples, 1);
  const info = {
    sourceRateHz: made.sourceHz,
    antialiasHz: made.antialiasHz,
    windows: {
      all: windowCount(all),
      train: windowCount(split.train),
      validation: windowCount(split.validation),
      test: windowCount(split.test),
    },
    windowsPerClass: {
      train: countByClass(split.train, classes.length),
      validation: countByClass(split.validation, classes.length),
      test: countByClass(split.test, classes.length),
    },
    trainAfterBalance: windowCount(train),
    shortSegments: made.shortSegments,
    repeatedRows: dataset.recordings.reduce((sum, one) => sum + one.repeatedRows, 0),
    lostRows: dataset.recordings.reduce((sum, one) => sum + one.lostRows, 0),
    saturation: {
      accel: made.saturation.accelSaturated / values,
      gyro: made.saturation.gyroSaturated / values,
    },
    silentChannels: silent,
  };
  return { ...info, notes: writeNotes(info, dataset, classes, split) };
}

/** From this share on, clipping is worth a sentence. */
const SATURATION_NOTED = 0.001;

function writeNotes(
  info: Omit<PreparationInfo, "notes">,
  dataset: LoadedDataset,
  classes: readonly string[],
  split: Split,
): string[] {
  const notes: string[] = [];
  const rate = Number(info.sourceRateHz.toFixed(2));
  if (info.antialiasHz !== null) {
    notes.push(
      `Recorded at ${rate} Hz: low-passed at ${info.antialiasHz} Hz (zero phase) before resampling.`,
    );
  }
  if (info.repeatedRows > 0) notes.push(`Left out for a repeated time stamp: ${info.repeatedRows} rows.`);
  if (info.lostRows > 0) notes.push(`Left out for want of a value from both sensors: ${info.lostRows} rows.`);
  if (info.shortSegments > 0)
    notes.push(`Shorter than a window and left out: ${info.shortSegments} stretches of one label.`);
  for (const sensor of ["accel", "gyro"] as const) {
    const share = info.saturation[sensor];
    if (share >= SATURATION_NOTED) {
      notes.push(
        `${(100 * share).toFixed(2)} % of the ${sensor} values are at the end of the sensor's range.`,
      );
    }
  }
  for (const channel of info.silentChannels) {
    notes.push(
      `Channel ${CHANNELS[channel] ?? channel} never changes in training: the network will not see it.`,
    );
  }
  for (const part of ["validation", "test"] as const) {
    const absent = classes.filter((_, label) => info.windowsPerClass[part][label] === 0);
    if (absent.length > 0 && absent.length < classes.length)
      notes.push(`No ${part} window of ${absent.join(", ")}.`);
  }
  if (dataset.ignoredFiles.length > 0) {
    notes.push(`Not read as recordings: ${dataset.ignoredFiles.join(", ")}.`);
  }
  if (split.leaking) notes.push("The split leaks: accuracies on it say nothing about new recordings.");
  return notes;
}

// The whole data stage: from band.yaml and its recordings to training, validation and test windows.
//
//   files ──load──▶ recordings ──gaps──▶ stretches ──resample, count, filter, cut by label──▶ streams ──▶ windows
//                                                       windows ──split──▶ train ──fit──▶ normalisation
//                                                                            └──balance──▶ train'
import type { FilterStage, Normalization } from "../signal/preprocessing.ts";
import type { WristReference } from "../signal/wrist-reference.ts";
import { dataNoWindows } from "../util/messages.ts";
import { seededRandom } from "../util/random.ts";
import { balancedClassWeights, balanceWindows } from "./balance.ts";
import { designFilters } from "./design-filters.ts";
import { fingerprintData, type PreparationSpec } from "./fingerprint.ts";
import { mapLabels } from "./labels.ts";
import { type LoadedDataset, type LoadProgress, loadDataset } from "./load.ts";
import { makeStreams } from "./make-streams.ts";
import { fitNormalization, silentChannels } from "./normalization.ts";
import { type PreparationInfo, summarizePreparation } from "./preparation-info.ts";
import { type Split, splitWindows } from "./split.ts";
import { windowCount } from "./window-set.ts";
import { cutWindows, type WindowShape, windowShape } from "./windows.ts";
import { wornOtherwise } from "./worn-otherwise.ts";
import { fitWristReference } from "./wrist-reference.ts";

export type PrepareProgress =
  | LoadProgress
  | { readonly stage: "streams"; readonly done: number; readonly total: number };

export interface PreparedData {
  /** Class names in the order of the network's outputs. */
  readonly labels: readonly string[];
  readonly shape: WindowShape;
  readonly filters: readonly FilterStage[];
  readonly normalization: Normalization;
  readonly wristReference: WristReference | undefined;
  /** Its training windows are balanced. */
  readonly split: Split;
  /** [classes] balanced weights of the (balanced) training windows. */
  readonly classWeights: readonly number[];
  readonly info: PreparationInfo;
  /** As `fingerprintData` gives it. */
  readonly fingerprint: string;
}

export interface PrepareOptions {
  readonly onProgress?: (progress: PrepareProgress) => void;
}

/**
 * @param baseDir the folder of band.yaml
 * @throws UserError file/not-found and data/*: see docs/bad-input.md
 */
export async function prepareData(
  band: PreparationSpec,
  baseDir: string,
  { onProgress = () => undefined }: PrepareOptions = {},
): Promise<PreparedData> {
  const fingerprint = fingerprintData(band, baseDir);
  // 1. Recordings in g and deg/s.
  const dataset = await loadDataset(band.data, baseDir, onProgress);
  return { ...prepareLoaded(dataset, band, onProgress), fingerprint };
}

/** The same from recordings already in memory. */
function prepareLoaded(
  dataset: LoadedDataset,
  band: PreparationSpec,
  onProgress: (progress: PrepareProgress) => void = () => undefined,
): Omit<PreparedData, "fingerprint"> {
  const random = seededRandom(band.seed).fork("data");
  // 2. Classes, and the filters that the band will run.
  const classMap = mapLabels(dataset, band.activities);
  const filters = designFilters(band.filters, band.sensor.rateHz);
  // 3. Streams: resampled, in counts, filtered, cut by label.
  const made = makeStreams(dataset, classMap, filters, band, (done, total) => {
    onProgress({ stage: "streams", done, total });
  });
  // 4. Windows.
  const shape = windowShape(band.window, band.sensor.rateHz);
  const all = cutWindows(made.streams, shape);
  if (windowCount(all) === 0) throw dataNoWindows(dataset.path, band.window.seconds);
  // 5. Split by people or by time, before anything is fitted.
  const { classes } = classMap;
  const split = splitWindows(all, band.split, classes, random.fork("split"));
  // 6. Normalisation, and where gravity is, from training windows alone.
  const normalization = fitNormalization(split.train);
  const { accelRangeG } = band.sensor;
  const wristReference = fitWristReference(split.train, classes.length, filters, accelRangeG);
  // 7. Balance the training windows.
  const { deviation } = normalization;
  const train = balanceWindows(split.train, band.balance, classes.length, deviation, random.fork("balance"));
  const silent = silentChannels(normalization);
  const info = summarizePreparation(dataset, classes, all, split, train, made, silent);
  return {
    labels: classes,
    shape,
    filters,
    normalization,
    wristReference,
    split: { ...split, train },
    classWeights: balancedClassWeights(train, classes.length),
    info: { ...info, notes: [...info.notes, ...wornOtherwise(all, wristReference, band.sensor)] },
  };
}

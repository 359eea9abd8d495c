// Recordings as windows for a finished model: what its metadata says is done to them, nothing is fitted or split.
import { type ClassMap, recordedLabels } from "../data/labels.ts";
import { type LoadedDataset, loadDataset } from "../data/load.ts";
import { makeStreams } from "../data/make-streams.ts";
import { labelOf, type WindowSet, windowCount } from "../data/window-set.ts";
import { cutWindows } from "../data/windows.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { WristOrientation } from "../signal/wrist.ts";
import type { BandSpec } from "../spec/band.ts";
import { dataNoWindows } from "../util/messages.ts";
import { type DataSource, defaultBand } from "./data.ts";
import type { OnEvent } from "./events.ts";
import { spreadWindows } from "./frame-set.ts";

export interface RecordedWindows {
  readonly windows: WindowSet;
  /** Index into the model's labels a window, −1 where the model does not know the recorded label. */
  readonly truth: Int32Array;
  readonly description: string;
}

/** Recordings, and how a finished model wants them prepared. */
export interface RecordingsForModel {
  readonly dataset: LoadedDataset;
  readonly spec: BandSpec;
  readonly preprocessing: Preprocessing;
}

/** @throws UserError file/not-found and data/* */
export async function loadForModel(
  preprocessing: Preprocessing,
  source: DataSource,
  onEvent: OnEvent,
): Promise<RecordingsForModel> {
  const { sensor, sampleRateHz, windowSamples } = preprocessing;
  const band = defaultBand(source);
  const dataset = await loadDataset(band.data, process.cwd(), (progress) => {
    onEvent({ kind: "data", progress });
  });
  const spec = {
    ...band,
    sensor: { ...band.sensor, ...sensor, axes: band.sensor.axes, rateHz: sampleRateHz },
    window: { ...band.window, seconds: windowSamples / sampleRateHz },
  };
  return { dataset, spec, preprocessing };
}

/**
 * All windows, person by person as the files come, each in time order.
 * @param filters the model's own, unless what the sensor saw is wanted
 * @param wrist how the band was worn
 * @throws UserError data/*
 */
export function cutForModel(
  { dataset, spec, preprocessing: { windowSamples, strideSamples } }: RecordingsForModel,
  classes: ClassMap,
  filters: Preprocessing["filters"],
  wrist: WristOrientation,
  onEvent: OnEvent,
): WindowSet {
  const onProgress = (done: number, total: number): void => {
    onEvent({ kind: "data", progress: { stage: "streams", done, total } });
  };
  const { streams } = makeStreams(dataset, classes, filters, spec, onProgress, wrist);
  const all = cutWindows(streams, { windowSamples, strideSamples });
  if (windowCount(all) === 0) throw dataNoWindows(dataset.path, spec.window.seconds);
  return all;
}

/**
 * @param limit take no more windows than this, evenly spread
 * @throws UserError file/not-found and data/*
 */
export async function windowsFor(
  preprocessing: Preprocessing,
  source: DataSource,
  limit: number | undefined,
  onEvent: OnEvent,
): Promise<RecordedWindows> {
  const { filters, labels } = preprocessing;
  const recordings = await loadForModel(preprocessing, source, onEvent);
  const { dataset } = recordings;
  const classes = classesByName(recordedLabels(dataset), dataset.labelNames, labels);
  const all = cutForModel(recordings, classes, filters, 0, onEvent);
  const windows = spreadWindows(all, limit);
  const truth = Int32Array.from({ length: windowCount(windows) }, (_, i) => {
    const label = labelOf(windows, i);
    return label < labels.length ? label : -1;
  });
  const known = truth.filter((label) => label >= 0).length;
  return {
    windows,
    truth,
    description:
      `recordings of ${source.path}, whoever is in them: ${truth.length} of ${windowCount(all)} windows, ` +
      `${known} with a label that the model knows`,
  };
}

/** A recorded label that the model does not know keeps an index of its own, so that no window mixes two of them. */
function classesByName(
  recorded: readonly string[],
  labelNames: Readonly<Record<string, string>>,
  classes: readonly string[],
): ClassMap {
  const classOf = new Map<string, number>();
  recorded.forEach((label, i) => {
    const known = [label, labelNames[label] ?? label].map((name) => classes.indexOf(name));
    classOf.set(label, known.find((index) => index >= 0) ?? classes.length + i);
  });
  return { classes, classOf };
}

// All streams of a data set: its stretches on the band's grid, in counts, filtered, then cut by label.
import type { FilterStage } from "../signal/preprocessing.ts";
import type { WristOrientation } from "../signal/wrist.ts";
import { antialiasCutoffHz } from "./antialias.ts";
import type { PreparationSpec } from "./fingerprint.ts";
import type { ClassMap } from "./labels.ts";
import type { LoadedDataset } from "./load.ts";
import { sourceRateHz } from "./resample.ts";
import { cutStretches } from "./segments.ts";
import { createStreamMaker, type Saturation } from "./streams.ts";
import type { Stream } from "./window-set.ts";
import { windowShape } from "./windows.ts";

export interface MadeStreams {
  readonly streams: readonly Stream[];
  readonly shortSegments: number;
  readonly saturation: Readonly<Saturation>;
  readonly sourceHz: number;
  readonly antialiasHz: number | null;
}

/**
 * @param onProgress called after each recording
 * @param wrist how the band was worn, if otherwise than in the recordings that the network learnt from
 */
export function makeStreams(
  dataset: LoadedDataset,
  { classOf }: ClassMap,
  filters: readonly FilterStage[],
  band: PreparationSpec,
  onProgress: (done: number, total: number) => void,
  wrist: WristOrientation = 0,
): MadeStreams {
  const { sensor, data } = band;
  const sourceHz = dataset.card?.sampleRateHz ?? sourceRateHz(dataset.recordings, data.maxGapMs);
  const antialiasHz = antialiasCutoffHz(sourceHz, sensor.rateHz);
  const maker = createStreamMaker({
    ranges: sensor,
    sampleRateHz: sensor.rateHz,
    filters,
    wrist,
    antialias: antialiasHz === null ? null : { sourceRateHz: sourceHz, cutoffHz: antialiasHz },
  });
  const { windowSamples } = windowShape(band.window, sensor.rateHz);
  const streams: Stream[] = [];
  let shortSegments = 0;
  dataset.recordings.forEach((recording, index) => {
    for (const stretch of cutStretches(recording, classOf, data.maxGapMs)) {
      const made = maker.make(stretch, windowSamples);
      shortSegments += stretch.segments.length - made.length;
      streams.push(...made);
    }
    onProgress(index + 1, dataset.recordings.length);
  });
  return { streams, shortSegments, saturation: maker.saturation, sourceHz, antialiasHz };
}

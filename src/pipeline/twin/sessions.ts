// Recordings for the twin to play, with the network's classes for their labels.

import { antialiasCutoffHz, lowpassZeroPhase } from "../../data/antialias.ts";
import type { LoadedDataset } from "../../data/load.ts";
import { recordedAs } from "../../data/recorded-as.ts";
import type { Recording } from "../../data/recording.ts";
import type { Session } from "../../emulate/playlist.ts";
import { CHANNEL_COUNT } from "../../signal/preprocessing.ts";
import type { Manifest } from "../../spec/manifest.ts";

/** A longer pause between two samples is not motion: what comes after it is a session of its own. */
const MAX_GAP_MS = 1000;
/** Too short for any window. */
const LEAST_SAMPLES = 2;

export interface Sessions {
  readonly sessions: readonly Session[];
  /** Recorded labels that the network does not know; their windows are not judged. */
  readonly unknownLabels: readonly string[];
}

/**
 * @param sensorRateHz of the band: a recording that is much faster goes through a low-pass as in training, since the
 *   simulated chip has none of its own
 */
export function sessionsOf(
  { recordings, labelNames }: Pick<LoadedDataset, "recordings" | "labelNames">,
  labels: readonly string[],
  activities: Manifest["activities"],
  sensorRateHz: number,
): Sessions {
  const unknown = new Set<string>();
  const classOf = (label: string): number => {
    const name = labelNames[label] ?? label;
    const index = recordedAs(label, name, labels, activities);
    if (index < 0 && label !== "") unknown.add(name);
    return index;
  };
  const sessions = recordings.flatMap((recording) => {
    const classes = recording.labelNames.map(classOf);
    return stretches(recording).map(({ from, to }) => ({
      subject: recording.subject,
      name: recording.session,
      tMs: recording.tMs.subarray(from, to),
      values: lowpassed(recording, from, to, sensorRateHz),
      classes: Int16Array.from(recording.labelIndex.subarray(from, to), (label) => classes[label]!),
    }));
  });
  return { sessions, unknownLabels: [...unknown].sort() };
}

function lowpassed({ tMs, values }: Recording, from: number, to: number, sensorRateHz: number): Float64Array {
  const samples = Float64Array.from(values.subarray(from * CHANNEL_COUNT, to * CHANNEL_COUNT));
  const rateHz = ((to - from - 1) * 1000) / (tMs[to - 1]! - tMs[from]!);
  const cutoffHz = antialiasCutoffHz(rateHz, sensorRateHz);
  if (cutoffHz !== null) lowpassZeroPhase(samples, cutoffHz, rateHz);
  return samples;
}

function stretches({ tMs }: Recording): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 0;
  for (let i = 1; i <= tMs.length; i++) {
    if (i < tMs.length && tMs[i]! - tMs[i - 1]! <= MAX_GAP_MS) continue;
    if (i - from >= LEAST_SAMPLES) found.push({ from, to: i });
    from = i;
  }
  return found;
}

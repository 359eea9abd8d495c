// What a run amounts to: windows and their proof, samples and where each of them went, the time line, the accuracy.
import { computeMetrics, type Metrics } from "../evaluate/metrics.ts";
import type { LogLine } from "./findings.ts";
import type { FifoCounts } from "./mpu6050-fifo.ts";
import type { Playlist } from "./playlist.ts";
import type { Proof, ProvedWindow } from "./proof.ts";
import type { SampleLog } from "./sample-log.ts";

/** Consecutive windows that were shown as one activity. */
export interface Phase {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** null is unknown. */
  readonly shown: string | null;
  readonly windows: number;
  /** Mean of the windows' own confidence. */
  readonly confidencePercent: number;
}

export function timeLine({ windows }: Proof): Phase[] {
  const phases: (Omit<Phase, "confidencePercent"> & { sum: number })[] = [];
  for (const { line, atMicros } of windows) {
    const at = atMicros / 1e6;
    const last = phases.at(-1);
    if (last !== undefined && last.shown === line.shown) {
      phases[phases.length - 1] = {
        ...last,
        toSeconds: at,
        windows: last.windows + 1,
        sum: last.sum + line.confidence,
      };
    } else {
      phases.push({ fromSeconds: at, toSeconds: at, shown: line.shown, windows: 1, sum: line.confidence });
    }
  }
  return phases.map(({ sum, ...phase }) => ({
    ...phase,
    confidencePercent: Math.round(sum / phase.windows),
  }));
}

/** Every sample that the sensor put into its FIFO, by where it went. */
export interface SampleAccount {
  readonly produced: number;
  readonly read: number;
  /** Overwritten by newer ones, or thrown away when the driver began anew. */
  readonly lost: number;
  /** Still in the FIFO. */
  readonly waiting: number;
  /** Begun streams: each after the first is a hole that the firmware has told. */
  readonly streams: number;
  /** Samples missing within a stream: the firmware must have told each such place by a new stream. */
  readonly untold: number;
}

export function accountSamples(counts: FifoCounts, log: SampleLog, lines: readonly LogLine[]): SampleAccount {
  const lost = counts.overwritten + counts.discarded;
  let untold = 0;
  for (let row = 1; row < log.length; row++) {
    if (log.epoch[row] !== log.epoch[row - 1]) {
      if (!isToldBetween(lines, log.readMicros[row - 1]!, log.readMicros[row]!)) untold++;
      continue;
    }
    const missing = log.ordinal[row]! - log.ordinal[row - 1]! - 1;
    // A hole that the firmware then noticed ends in a new stream at once.
    if (missing > 0 && !endsSoon(log, row, lines)) untold += missing;
  }
  return {
    produced: counts.produced,
    read: counts.read,
    lost,
    waiting: counts.produced - counts.read - lost,
    streams: lines.filter(({ json }) => json?.["event"] === "stream").length,
    untold,
  };
}

/** A FIFO that was reset is a new stream, and must be called one. */
function isToldBetween(lines: readonly LogLine[], from: number, to: number): boolean {
  return lines.some(
    ({ json, atMicros }) => json?.["event"] === "stream" && atMicros >= from && atMicros <= to,
  );
}

/**
 * Seconds at the end of a run without a window, where the firmware has not said that it waits: for motion, because its
 * network does not run, or for its sensor, which only a fault can keep from it.
 */
export function deafSeconds(lines: readonly LogLine[], untilSeconds: number, hasFaults: boolean): number {
  const isState = (event: string): boolean => STATES.has(event) && (hasFaults || event !== "sensor-failed");
  const state = lines.findLast(({ json }) => json !== null && isState(String(json["event"])));
  if (state !== undefined && EXCUSES.has(String(state.json!["event"]))) return 0;
  return untilSeconds - (state?.atMicros ?? 0) / 1e6;
}

const EXCUSES: ReadonlySet<string> = new Set(["standby", "sensor-failed", "engine-failed"]);
const STATES: ReadonlySet<string> = new Set([...EXCUSES, "window", "awake", "sensor-ready"]);

const SOON_MICROS = 3_000_000;

function endsSoon(log: SampleLog, row: number, lines: readonly LogLine[]): boolean {
  const at = log.readMicros[row]!;
  return lines.some(
    ({ json, atMicros }) => json?.["event"] === "stream" && atMicros >= at && atMicros - at < SOON_MICROS,
  );
}

export interface Accuracy {
  /** Of single windows, as a report of a build has it. */
  readonly single: Metrics;
  /** Of what was shown: smoothed; unknown counts as wrong. */
  readonly shownRight: number;
  readonly unknown: number;
  /** Windows that lie within one activity; others are not judged. */
  readonly judged: number;
}

/** Null where no window lies within one labelled activity. */
export function accuracyOf(
  proof: Proof,
  log: SampleLog,
  playlist: Playlist,
  labels: readonly string[],
): Accuracy | null {
  const truth: number[] = [];
  const single: number[] = [];
  const subjects: string[] = [];
  let shownRight = 0;
  let unknown = 0;
  for (const window of proof.windows) {
    const actual = truthOf(window, log, playlist);
    if (actual < 0) continue;
    truth.push(actual);
    single.push(labels.indexOf(window.line.label));
    subjects.push(playlist.subjectAt(log.recordingSeconds[window.rows!.first]!));
    if (window.line.shown === null) unknown++;
    else if (window.line.shown === labels[actual]) shownRight++;
  }
  if (truth.length === 0) return null;
  return {
    single: computeMetrics(labels, truth, single, subjects),
    shownRight,
    unknown,
    judged: truth.length,
  };
}

function truthOf({ rows }: ProvedWindow, log: SampleLog, playlist: Playlist): number {
  if (rows === null) return -1;
  const from = log.recordingSeconds[rows.first]!;
  const to = log.recordingSeconds[rows.last]!;
  return Number.isNaN(from) || Number.isNaN(to) ? -1 : playlist.classBetween(from, to);
}

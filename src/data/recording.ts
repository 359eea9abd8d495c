// A recording as every loader yields it: one session of one subject, in g and deg/s on its own time stamps.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";

/** The recorded label of samples that carry none; such samples are never part of a window. */
export const UNLABELLED = "";

export interface Recording {
  readonly subject: string;
  /** File that it came from, relative to the data folder. */
  readonly file: string;
  /** Name of the session within the file. */
  readonly session: string;
  /** Line of the file that holds the first sample, for messages. */
  readonly firstLine: number;
  /** [n] milliseconds on the recording's own clock, strictly growing. */
  readonly tMs: Float64Array;
  /** [n, 6] accelerations in g, angular rates in deg/s. */
  readonly values: Float32Array;
  /** [n] index into `labelNames`. */
  readonly labelIndex: Uint16Array;
  /** Recorded labels, as written in the file. */
  readonly labelNames: readonly string[];
  /** Rows left out because their time stamp repeated the one before. */
  readonly repeatedRows: number;
  /** Rows left out because the sensor gave no value (formats that mark losses with NaN). */
  readonly lostRows: number;
}

export function sampleCount(recording: Recording): number {
  return recording.tMs.length;
}

export type Sample = readonly [number, number, number, number, number, number];

/** Collects the rows of one session. Rows come in the file's units and leave in g and deg/s. */
export interface RecordingBuilder {
  /** Rows kept so far. */
  readonly length: number;
  /** Stamp of the last row kept; −Infinity before the first. */
  readonly lastStampMs: number;
  push(tMs: number, sample: Sample, label: string): void;
  countRepeated(): void;
  countLost(): void;
  finish(): Recording;
}

export interface RecordingIdentity {
  readonly subject: string;
  readonly file: string;
  readonly session: string;
  readonly firstLine: number;
}

export function createRecordingBuilder(
  identity: RecordingIdentity,
  toGAndDps: { readonly accel: number; readonly gyro: number },
): RecordingBuilder {
  let tMs = new Float64Array(1024);
  let values = new Float32Array(1024 * CHANNEL_COUNT);
  let labelIndex = new Uint16Array(1024);
  const labelNames: string[] = [];
  let length = 0;
  let [lastLabel, lastLabelIndex] = ["", -1];
  let [repeatedRows, lostRows] = [0, 0];
  return {
    get length() {
      return length;
    },
    get lastStampMs() {
      return length === 0 ? -Infinity : tMs[length - 1]!;
    },
    push(stampMs, sample, label) {
      if (length === tMs.length) {
        tMs = enlarge(tMs, new Float64Array(2 * length));
        values = enlarge(values, new Float32Array(2 * length * CHANNEL_COUNT));
        labelIndex = enlarge(labelIndex, new Uint16Array(2 * length));
      }
      if (label !== lastLabel || lastLabelIndex < 0) {
        lastLabel = label;
        lastLabelIndex = labelNames.indexOf(label);
        if (lastLabelIndex < 0) lastLabelIndex = labelNames.push(label) - 1;
      }
      tMs[length] = stampMs;
      labelIndex[length] = lastLabelIndex;
      for (let c = 0; c < CHANNEL_COUNT; c++) {
        values[length * CHANNEL_COUNT + c] = sample[c]! * (c < 3 ? toGAndDps.accel : toGAndDps.gyro);
      }
      length++;
    },
    countRepeated() {
      repeatedRows++;
    },
    countLost() {
      lostRows++;
    },
    finish: () => ({
      ...identity,
      tMs: tMs.slice(0, length),
      values: values.slice(0, length * CHANNEL_COUNT),
      labelIndex: labelIndex.slice(0, length),
      labelNames,
      repeatedRows,
      lostRows,
    }),
  };
}

function enlarge<T extends { set(from: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

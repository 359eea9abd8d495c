// Windows as references into prepared streams: 88,000 overlapping windows cost no copy, and a window can be
// shifted along its recording for augmentation.
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";

/** One uninterrupted piece of one recording with one label, on the uniform grid, filtered as on the device. */
export interface Stream {
  readonly subject: string;
  readonly session: string;
  /** Where it came from, for messages: file and session. */
  readonly source: string;
  /** Index into the activities. */
  readonly label: number;
  /** [n, 6] wearer-axis samples, counts × 2^8, after the filters. */
  readonly samples: Int32Array;
}

export interface WindowSet {
  readonly streams: readonly Stream[];
  readonly windowSamples: number;
  /** One entry a window: index into `streams`. */
  readonly streamOf: Int32Array;
  /** One entry a window: first sample within its stream. */
  readonly startOf: Int32Array;
}

export function windowCount(set: WindowSet): number {
  return set.streamOf.length;
}

export function labelOf(set: WindowSet, window: number): number {
  return set.streams[set.streamOf[window]!]!.label;
}

export function subjectOf(set: WindowSet, window: number): string {
  return set.streams[set.streamOf[window]!]!.subject;
}

export function sessionOf(set: WindowSet, window: number): string {
  return set.streams[set.streamOf[window]!]!.session;
}

/**
 * Copies one window, [T, 6] row by row, to `out` at `offset`.
 * @param shift samples to move along the stream; clamped so that the window stays inside it
 */
export function copyWindow(set: WindowSet, window: number, out: Int32Array, offset = 0, shift = 0): void {
  const { samples } = set.streams[set.streamOf[window]!]!;
  const last = samples.length / CHANNEL_COUNT - set.windowSamples;
  const start = Math.min(Math.max(set.startOf[window]! + shift, 0), last) * CHANNEL_COUNT;
  out.set(samples.subarray(start, start + set.windowSamples * CHANNEL_COUNT), offset);
}

/** The windows whose indices are given, over the same streams. */
export function selectWindows(set: WindowSet, windows: readonly number[] | Int32Array): WindowSet {
  return {
    ...set,
    streamOf: Int32Array.from(windows, (w) => set.streamOf[w]!),
    startOf: Int32Array.from(windows, (w) => set.startOf[w]!),
  };
}

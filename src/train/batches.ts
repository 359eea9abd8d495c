// Windows to batches: copied from their recordings, augmented, normalised.
import { copyWindow, labelOf, type WindowSet, windowCount } from "../data/window-set.ts";
import { CHANNEL_COUNT, type Normalization, SAMPLE_ONE } from "../signal/preprocessing.ts";
import type { Random } from "../util/random.ts";
import type { Augmenter } from "./augment.ts";

export interface Batch {
  /** [size, T, 6]: (sample / 256 − mean) / deviation. */
  readonly values: Float32Array;
  /** Class indices. */
  readonly labels: Int32Array;
  readonly size: number;
}

export interface BatchSource {
  readonly windowSamples: number;
  readonly count: number;
  /** The windows whose indices are given, in that order. */
  take(windows: Int32Array): Batch;
}

export function createBatchSource(
  set: WindowSet,
  normalization: Normalization,
  augmenter: Augmenter | null,
): BatchSource {
  const length = set.windowSamples * CHANNEL_COUNT;
  const raw = new Int32Array(length);
  const counts = new Float32Array(length);
  const { mean, deviation } = normalization;
  return {
    windowSamples: set.windowSamples,
    count: windowCount(set),
    take(windows) {
      const values = new Float32Array(windows.length * length);
      windows.forEach((window, n) => {
        copyWindow(set, window, raw, 0, augmenter?.shift() ?? 0);
        for (let i = 0; i < length; i++) counts[i] = raw[i]! / SAMPLE_ONE;
        augmenter?.move(counts);
        const out = values.subarray(n * length, (n + 1) * length);
        for (let i = 0; i < length; ) {
          for (let c = 0; c < CHANNEL_COUNT; c++, i++) out[i] = (counts[i]! - mean[c]!) / deviation[c]!;
        }
        augmenter?.jitter(out);
      });
      return { values, labels: windows.map((window) => labelOf(set, window)), size: windows.length };
    },
  };
}

/** Indices 0 … count − 1 in batches, shuffled when a stream is given; the last one may be shorter. */
export function batchIndices(count: number, batchSize: number, random: Random | null): Int32Array[] {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  random?.shuffle(order);
  const batches: Int32Array[] = [];
  for (let start = 0; start < count; ) {
    // One window alone has no statistics for a batch norm after a dense layer: it joins the batch before.
    const end = start + batchSize + 1 === count ? count : Math.min(count, start + batchSize);
    batches.push(order.subarray(start, end));
    start = end;
  }
  return batches;
}

/** K weights with mean 1 over the set's windows: N / (K · Nₖ), or all ones. A class without windows weighs 1. */
export function classWeights(set: WindowSet, classes: number, method: "none" | "balanced"): Float32Array {
  if (method === "none") return new Float32Array(classes).fill(1);
  const counts = new Float32Array(classes);
  const total = windowCount(set);
  for (let w = 0; w < total; w++) counts[labelOf(set, w)]!++;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 1 : total / (present * count)));
}

// Per-channel mean and deviation of the training windows.
import { CHANNEL_COUNT, type Normalization, SAMPLE_ONE } from "../signal/preprocessing.ts";
import { type WindowSet, windowCount } from "./window-set.ts";

/**
 * Stands in for the deviation of a channel that never moves in training (an accelerometer-only set): so wide that
 * whatever a real sensor reports there stays within 1/32 of zero and rounds away, instead of a division by zero.
 */
export const SILENT_DEVIATION = 1048576; // 2^20 counts; a sensor ends at 2^15

/** A channel that moves less than one fractional bit is constant. */
const CONSTANT_BELOW = 1 / SAMPLE_ONE;

/**
 * Population mean and deviation in counts over the stretches of stream that the windows cover; where windows
 * overlap a sample counts once.
 * @param training windows of training subjects only
 */
export function fitNormalization(training: WindowSet): Normalization {
  const covered = coveredStretches(training);
  const mean = new Array<number>(CHANNEL_COUNT).fill(0);
  const square = new Array<number>(CHANNEL_COUNT).fill(0);
  let count = 0;
  forEachValue(covered, (c, value) => {
    mean[c]! += value;
    if (c === 0) count++;
  });
  for (let c = 0; c < CHANNEL_COUNT; c++) mean[c]! /= Math.max(count, 1);
  // A second pass: sums of squares about zero would lose the small spread beside 1 g.
  forEachValue(covered, (c, value) => {
    square[c]! += (value - mean[c]!) ** 2;
  });
  const deviation = square.map((sum) => {
    const value = Math.sqrt(sum / Math.max(count, 1));
    return value < CONSTANT_BELOW ? SILENT_DEVIATION : value;
  });
  return { mean, deviation };
}

/** Channels that `fitNormalization` silenced. */
export function silentChannels({ deviation }: Normalization): number[] {
  return deviation.flatMap((value, channel) => (value === SILENT_DEVIATION ? [channel] : []));
}

/** Samples that at least one window covers: [first, end) rows of streams, overlapping windows merged. */
function coveredStretches(set: WindowSet): Int32Array[] {
  const stretches: Int32Array[] = [];
  const order = Array.from({ length: windowCount(set) }, (_, w) => w).sort(
    (a, b) => set.streamOf[a]! - set.streamOf[b]! || set.startOf[a]! - set.startOf[b]!,
  );
  let [stream, from, to] = [-1, 0, 0];
  const close = (): void => {
    if (stream < 0) return;
    stretches.push(set.streams[stream]!.samples.subarray(from * CHANNEL_COUNT, to * CHANNEL_COUNT));
  };
  for (const w of order) {
    const start = set.startOf[w]!;
    if (set.streamOf[w] !== stream || start > to) {
      close();
      [stream, from] = [set.streamOf[w]!, start];
    }
    to = start + set.windowSamples;
  }
  close();
  return stretches;
}

function forEachValue(
  stretches: readonly Int32Array[],
  visit: (channel: number, counts: number) => void,
): void {
  for (const samples of stretches) {
    for (let i = 0; i < samples.length; i++) visit(i % CHANNEL_COUNT, samples[i]! / SAMPLE_ONE);
  }
}

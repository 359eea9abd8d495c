// The int8 frames that engines are compared on: windows of recordings, or seeded random ones.
import { labelOf, selectWindows, type WindowSet, windowCount } from "../data/window-set.ts";
import { int8Frames } from "../evaluate/frames.ts";
import type { InputQuantizer } from "../signal/frontend.ts";
import { seededRandom } from "../util/random.ts";

export interface FrameSet {
  /** What these windows are, for the person who must trust what was compared on them. */
  readonly description: string;
  readonly windows: number;
  /** [windows, input size] */
  readonly inputs: Int8Array;
  /** Class index a window, −1 where nobody said; null where no window has one. */
  readonly truth: Int32Array | null;
}

export const DEFAULT_RANDOM_WINDOWS = 256;

/** @param truth class index a window; by default that of its stream */
export function recordedFrames(
  description: string,
  windows: WindowSet,
  quantizer: InputQuantizer,
  truth: Int32Array = Int32Array.from({ length: windowCount(windows) }, (_, i) => labelOf(windows, i)),
): FrameSet {
  const count = windowCount(windows);
  const size = windows.windowSamples * quantizer.channels.length;
  const inputs = new Int8Array(count * size);
  const frames = int8Frames(windows, quantizer);
  for (let i = 0; i < count; i++) frames(i, inputs.subarray(i * size, (i + 1) * size));
  return { description, windows: count, inputs, truth: truth.some((label) => label >= 0) ? truth : null };
}

/** Both extremes, where saturation and overflow are, then uniform values. */
export function randomFrames(size: number, windows: number, seed: number): FrameSet {
  const random = seededRandom(seed).fork("verify");
  const inputs = Int8Array.from({ length: windows * size }, () => random.integer(256) - 128);
  inputs.fill(127, 0, size).fill(-128, size, 2 * size);
  const description = `random int8 values (seed ${seed}), no recordings; window 0 is all 127, window 1 all -128`;
  return { description, windows, inputs, truth: null };
}

/** `limit` of the windows, evenly spread, so that every subject and class stays in. */
export function spreadWindows(set: WindowSet, limit: number | undefined): WindowSet {
  const total = windowCount(set);
  if (limit === undefined || limit >= total) return set;
  return selectWindows(
    set,
    Array.from({ length: limit }, (_, i) => Math.floor((i * total) / limit)),
  );
}

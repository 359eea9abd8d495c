// Which test windows a project is checked with: a few of every activity, the same ones for the same recordings.
import { MOST_GOLDEN_WINDOWS } from "../codegen/golden-windows.ts";
import { labelOf, type WindowSet, windowCount } from "../data/window-set.ts";
import { int8Frames } from "../evaluate/frames.ts";
import type { InputQuantizer } from "../signal/frontend.ts";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";

/** More of one activity tells little more. */
const MOST_OF_A_CLASS = 4;

/**
 * Indices of windows, evenly spread over each activity's, which stand in the order of people and time.
 * @param classes how many activities there are; of more than MOST_GOLDEN_WINDOWS the later ones get none
 */
export function chooseGolden(windows: WindowSet, classes: number): number[] {
  const share = Math.max(1, Math.min(MOST_OF_A_CLASS, Math.floor(MOST_GOLDEN_WINDOWS / classes)));
  const all = Array.from({ length: windowCount(windows) }, (_, i) => i);
  return Array.from({ length: classes }, (_, label) => all.filter((i) => labelOf(windows, i) === label))
    .flatMap((ofClass) => {
      const count = Math.min(share, ofClass.length);
      return Array.from(
        { length: count },
        (_, k) => ofClass[Math.floor(((k + 0.5) * ofClass.length) / count)]!,
      );
    })
    .slice(0, MOST_GOLDEN_WINDOWS);
}

/** Those windows as the network takes them, through the integer front end. */
export function goldenWindows(windows: WindowSet, classes: number, quantizer: InputQuantizer): Int8Array[] {
  const frames = int8Frames(windows, quantizer);
  return chooseGolden(windows, classes).map((index) => {
    const out = new Int8Array(windows.windowSamples * CHANNEL_COUNT);
    frames(index, out);
    return out;
  });
}

// Who of a data set wore the band otherwise than most: a sentence in the report, and nothing else comes of it.
import { CHANNEL_COUNT, IDENTITY_AXES, SAMPLE_ONE, type SensorSettings } from "../signal/preprocessing.ts";
import { WRIST_NAMES } from "../signal/wrist.ts";
import { createWristDetector } from "../signal/wrist-detector.ts";
import type { WristReference } from "../signal/wrist-reference.ts";
import { copyWindow, labelOf, type WindowSet } from "./window-set.ts";
import { windowsBySubject } from "./windows.ts";

/** Sentences: none, or one. Who changed wrists between activities is told only where most of them agree. */
export function wornOtherwise(
  all: WindowSet,
  reference: WristReference | undefined,
  { accelRangeG }: Pick<SensorSettings, "accelRangeG">,
): string[] {
  if (reference === undefined) return [];
  const found: string[] = [];
  const window = new Int32Array(all.windowSamples * CHANNEL_COUNT);
  for (const [subject, own] of windowsBySubject(all)) {
    const detector = createWristDetector(reference, { accelRangeG, axes: IDENTITY_AXES });
    for (const index of own) {
      copyWindow(all, index, window);
      // A window's mean as its only sample says the same as the window, 60 times as fast.
      detector.push(meanCounts(window));
      detector.close(labelOf(all, index));
    }
    const wrist = detector.byLabel() ?? 0;
    if (wrist !== 0) found.push(`${subject} (${WRIST_NAMES[wrist]})`);
  }
  return found.length === 0 ? [] : [`The band was worn otherwise than by most: ${found.join(", ")}.`];
}

function meanCounts(window: Int32Array): Int16Array {
  const rows = window.length / CHANNEL_COUNT;
  const sums = new Float64Array(CHANNEL_COUNT);
  window.forEach((value, i) => {
    sums[i % CHANNEL_COUNT]! += value;
  });
  return Int16Array.from(sums, (sum) => {
    const mean = Math.round(sum / rows / SAMPLE_ONE);
    return Math.max(-32768, Math.min(32767, mean));
  });
}

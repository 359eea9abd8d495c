// Which way a wearer has the band, told by the windows that the head is fitted on: the rule is the band's own.
import { copyWindow, labelOf, type WindowSet } from "../../data/window-set.ts";
import { CHANNEL_COUNT, IDENTITY_AXES, type Preprocessing, SAMPLE_ONE } from "../../signal/preprocessing.ts";
import type { WristOrientation } from "../../signal/wrist.ts";
import { createWristDetector } from "../../signal/wrist-detector.ts";
import { decodeWristReference } from "../../signal/wrist-reference.ts";
import { invariant } from "../../util/errors.ts";

/**
 * @param seen unfiltered, as it was recorded; labels that the network does not know come after its own
 * @param windows indices of those to tell by
 * @returns null where the model has no reference, or the windows do not say
 */
export function orientationOf(
  { wristReference, labels, sensor }: Preprocessing,
  seen: WindowSet,
  windows: readonly number[],
): WristOrientation | null {
  if (wristReference === undefined) return null;
  const reference = decodeWristReference(wristReference, labels.length);
  invariant(reference !== null, "metadata were checked when they were read");
  const detector = createWristDetector(reference, {
    accelRangeG: sensor.accelRangeG,
    axes: IDENTITY_AXES,
  });
  const samples = new Int32Array(seen.windowSamples * CHANNEL_COUNT);
  for (const window of windows) {
    const label = labelOf(seen, window);
    if (label >= labels.length) continue;
    copyWindow(seen, window, samples);
    for (let i = 0; i < samples.length; i += CHANNEL_COUNT) {
      detector.push(Int16Array.from(samples.subarray(i, i + CHANNEL_COUNT), (value) => value / SAMPLE_ONE));
    }
    detector.close(label);
  }
  return detector.byLabel();
}

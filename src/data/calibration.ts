// What a stranger records to be known by: the first windows of each activity in time; the others test.
import { labelOf, type WindowSet, windowCount } from "./window-set.ts";

/** Indices into the person's windows. */
export interface CalibrationParts {
  /** At most so many windows of each class, in time order. */
  readonly calibration: readonly number[];
  readonly test: readonly number[];
  /** How many are in neither, since they share samples with the calibration. */
  readonly dropped: number;
}

/**
 * With half overlap of 15 windows a class the sixteenth is dropped, as BandX's protocol is read here.
 * @param set one person's windows, in time order
 * @param perClass windows of each class to calibrate with
 * @param testFrom rank in a class from which on windows test; more than `perClass` gives several sizes of calibration the same test
 */
export function splitCalibration(set: WindowSet, perClass: number, testFrom = perClass): CalibrationParts {
  const ranks = new Map<number, number>();
  const calibration: number[] = [];
  const test: number[] = [];
  /** By stream: the first sample that no window before `testFrom` has. */
  const usedUntil = new Map<number, number>();
  for (let window = 0; window < windowCount(set); window++) {
    const label = labelOf(set, window);
    const rank = ranks.get(label) ?? 0;
    ranks.set(label, rank + 1);
    const [stream, start] = [set.streamOf[window]!, set.startOf[window]!];
    if (rank < perClass) calibration.push(window);
    if (rank < testFrom) usedUntil.set(stream, start + set.windowSamples);
    else if (start >= (usedUntil.get(stream) ?? 0)) test.push(window);
  }
  return { calibration, test, dropped: windowCount(set) - calibration.length - test.length };
}

// Where gravity is in each activity, as people wore their bands in training: what a wearer's orientation is told by.
import { ACCEL_SCALE, type AccelRangeG } from "../signal/mpu6050.ts";
import { CHANNEL_COUNT, type FilterStage, SAMPLE_ONE } from "../signal/preprocessing.ts";
import { REFERENCE_ONE_G, type WristClass, type WristReference } from "../signal/wrist-reference.ts";
import { quantile } from "./rest.ts";
import { copyWindow, labelOf, subjectOf, type WindowSet, windowCount } from "./window-set.ts";

/** Of the people: fewer than this share may have worn it otherwise without changing what the rest have in common. */
const ODD_SHARE = 0.25;
/** 0.1 g: less is how somebody sits. */
const LEAST_LEAN = 6;
/** People in an activity before they have something in common. */
const LEAST_PEOPLE = 4;

/**
 * @param training windows of training subjects, not balanced
 * @returns undefined where a filter takes gravity from the accelerometer, or an activity has no window
 */
export function fitWristReference(
  training: WindowSet,
  classes: number,
  filters: readonly FilterStage[],
  accelRangeG: AccelRangeG,
): WristReference | undefined {
  if (filters.some(takesGravity)) return undefined;
  const unit = (ACCEL_SCALE[accelRangeG].countsPerG / REFERENCE_ONE_G) * SAMPLE_ONE;
  const people = meansByPerson(training, classes);
  if (people.some((means) => means.length === 0)) return undefined;
  return people.map((means) => classOf(means.map((mean) => mean.map((value) => value / unit))));
}

/** Gravity is a constant, which a high-pass does not let through. */
function takesGravity({ channels, subtract, sections }: FilterStage): boolean {
  const isHighPass = subtract || sections.some(({ dcGain }) => dcGain === 0);
  return isHighPass && channels.some((channel) => channel < 3);
}

/** [classes][people][x, y, z] in counts × 2^8. */
function meansByPerson(set: WindowSet, classes: number): number[][][] {
  const sums = Array.from({ length: classes }, () => new Map<string, [number, number, number, number]>());
  const window = new Int32Array(set.windowSamples * CHANNEL_COUNT);
  for (let w = 0; w < windowCount(set); w++) {
    copyWindow(set, w, window);
    const ofClass = sums[labelOf(set, w)]!;
    const sum = ofClass.get(subjectOf(set, w)) ?? [0, 0, 0, 0];
    ofClass.set(subjectOf(set, w), sum);
    for (let i = 0; i < window.length; i += CHANNEL_COUNT) {
      for (let axis = 0; axis < 3; axis++) sum[axis]! += window[i + axis]!;
    }
    sum[3] += set.windowSamples;
  }
  return sums.map((people) => [...people.values()].map(([x, y, z, n]) => [x / n, y / n, z / n]));
}

/** @param means [people][x, y, z] in 64ths of g */
function classOf(means: readonly (readonly number[])[]): WristClass {
  const [x, y, z] = [0, 1, 2].map((axis) => means.map((mean) => mean[axis]!).sort((a, b) => a - b)) as [
    number[],
    number[],
    number[],
  ];
  const middle = (sorted: readonly number[]): number => limited(quantile(sorted, 0.5));
  return [middle(x), middle(y), middle(z), leanOf(x), leanOf(y)];
}

function leanOf(sorted: readonly number[]): number {
  if (sorted.length < LEAST_PEOPLE) return 0;
  const sign = quantile(sorted, 0.5) < 0 ? -1 : 1;
  const signed = sorted.map((value) => sign * value).sort((a, b) => a - b);
  const lean = limited(quantile(signed, ODD_SHARE));
  return lean < LEAST_LEAN ? 0 : sign * lean;
}

function limited(value: number): number {
  return Math.max(-127, Math.min(127, Math.round(value)));
}

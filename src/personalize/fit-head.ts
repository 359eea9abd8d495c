// A head for one wearer, from a few windows of each activity: solved in integers, then quantised.
import {
  headClassTwice,
  headClassWithoutWindows,
  headTooManyWindows,
  headWrongClasses,
} from "../util/messages.ts";
import { HEAD_LIMITS, type Head } from "./head.ts";
import type { HeadMetric } from "./metric.ts";
import { quantizeHead } from "./quantize-head.ts";
import { type Solution, solve } from "./solve.ts";

export const MOST_WINDOWS = 1024;

/** One wearer's windows, as the general model's body sees them. */
export interface HeadExamples {
  /** The new head's classes, in the order of its outputs; those that the general head knows start from it. */
  readonly labels: readonly string[];
  /** [windows, features] (features.ts) */
  readonly features: Int8Array;
  /** [windows] index into `labels` */
  readonly classOf: Uint8Array;
}

/**
 * The same head on every machine, to the bit.
 * @param metric of the body that the features are of
 * @throws UserError head/wrong-classes, head/class-twice, head/class-without-windows, head/too-many-windows
 */
export function fitHead(general: Head, metric: HeadMetric, examples: HeadExamples): Head {
  return solveHead(general, metric, examples).head;
}

/** The same, and the weights as they were before they were quantised. */
export function solveHead(
  general: Head,
  metric: HeadMetric,
  { labels, features, classOf }: HeadExamples,
): { readonly solution: Solution; readonly head: Head } {
  checkExamples(labels, classOf);
  const generalClass = Int8Array.from(labels, (label) => general.labels.indexOf(label));
  const solution = solve(general, metric, { features, classOf, generalClass });
  return { solution, head: quantizeHead(general, labels, solution, features) };
}

function checkExamples(labels: readonly string[], classOf: Uint8Array): void {
  const { fewestClasses, mostClasses } = HEAD_LIMITS;
  if (labels.length < fewestClasses || labels.length > mostClasses)
    throw headWrongClasses(labels.length, fewestClasses, mostClasses);
  labels.forEach((label, k) => {
    if (labels.indexOf(label) !== k) throw headClassTwice(label);
    if (!classOf.includes(k)) throw headClassWithoutWindows(label);
  });
  if (classOf.length > MOST_WINDOWS) throw headTooManyWindows(classOf.length, MOST_WINDOWS);
}

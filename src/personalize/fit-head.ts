// A head for one wearer, from a few windows of each activity: solved in integers, then quantised.
import {
  headClassTwice,
  headClassWithoutWindows,
  headTooManyWindows,
  headWrongClasses,
} from "../util/messages.ts";
import { HEAD_LIMITS, type Head } from "./head.ts";
import type { PopulationMetric } from "./population-metric.ts";
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
  /** How many windows stand for one (solve.ts): 1 where they are cut as the band cuts them. */
  readonly density?: number | undefined;
  /** Of the body that the features are of (solve.ts). */
  readonly metric?: PopulationMetric | undefined;
}

/**
 * The same head on every machine, to the bit.
 * @throws UserError head/wrong-classes, head/class-twice, head/class-without-windows, head/too-many-windows
 */
export function fitHead(general: Head, examples: HeadExamples): Head {
  return solveHead(general, examples).head;
}

/** The same, and the weights as they were before they were quantised. */
export function solveHead(
  general: Head,
  { labels, features, classOf, density, metric }: HeadExamples,
): { readonly solution: Solution; readonly head: Head } {
  checkExamples(labels, classOf);
  const generalClass = Int8Array.from(labels, (label) => general.labels.indexOf(label));
  const solution = solve(general, { features, classOf, generalClass, density, metric });
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

// A head for one wearer from windows whose features are known, as the band does it.
import { solveHead } from "../../personalize/fit-head.ts";
import type { Head } from "../../personalize/head.ts";
import type { HeadMetric } from "../../personalize/metric.ts";

/** An int8 network's last layer, and what those who trained tell of its features. */
export interface FittedNetwork {
  readonly head: Head;
  readonly metric: HeadMetric;
}

/** A head, the weights that it was rounded from, and the class of each output. */
export interface OwnHead extends ReturnType<typeof solveHead> {
  /** Indices into the labels. */
  readonly classes: readonly number[];
}

/**
 * An activity without a window is not in the head.
 * @param labels of the windows' classes
 * @param labelOfWindow [windows] index into the labels
 * @param features [windows, features] of the network's body, the band worn as it will be
 * @throws UserError head/wrong-classes, head/too-many-windows
 */
export function fitOwn(
  { head, metric }: FittedNetwork,
  labels: readonly string[],
  labelOfWindow: readonly number[],
  features: Int8Array,
): OwnHead {
  const classes = [...new Set(labelOfWindow)].sort((a, b) => a - b);
  const solved = solveHead(head, metric, {
    labels: classes.map((k) => labels[k]!),
    features,
    classOf: Uint8Array.from(labelOfWindow, (label) => classes.indexOf(label)),
  });
  return { ...solved, classes };
}

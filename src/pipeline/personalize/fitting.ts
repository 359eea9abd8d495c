// A head for one wearer from the windows that they gave, and from those that lie between them in the same samples: nothing
// more has to be recorded, and the head sees what it will be asked about at other moments. On the band, whose memory has
// no room for them, windows are fitted on as they are (docs/personalize.md says what it brings).
import { cutDenser } from "../../data/calibration.ts";
import { labelOf, type WindowSet, windowCount } from "../../data/window-set.ts";
import { int8Frames } from "../../evaluate/frames.ts";
import type { Graph } from "../../ir/graph.ts";
import { featuresOf } from "../../personalize/features.ts";
import { MOST_WINDOWS, solveHead } from "../../personalize/fit-head.ts";
import type { Head } from "../../personalize/head.ts";
import type { PopulationMetric } from "../../personalize/population-metric.ts";
import type { InputQuantizer } from "../../signal/frontend.ts";

/** Windows that are cut for each one that was given. */
const DENSITY = 3;

/** A network in int8, as far as a head is fitted behind it. */
export interface FittedNetwork {
  readonly body: Graph;
  readonly head: Head;
  readonly quantizer: InputQuantizer;
  /** Null where nobody has told: then it is the windows' own (solve.ts). */
  readonly metric: PopulationMetric | null;
}

/** A head, the weights that it was rounded from, and the class of each output. */
export interface OwnHead extends ReturnType<typeof solveHead> {
  /** Indices into the labels. */
  readonly classes: readonly number[];
}

/**
 * An activity without a window to calibrate with is not in the head.
 * @param labels of the windows' classes
 * @param windows as the network takes them: filtered, and worn as the band will be
 * @param calibration indices in time order
 * @throws UserError head/wrong-classes, head/too-many-windows
 */
export function fitOwn(
  { body, head, quantizer, metric }: FittedNetwork,
  labels: readonly string[],
  windows: WindowSet,
  calibration: readonly number[],
): OwnHead {
  const density = Math.max(1, Math.min(DENSITY, Math.floor(MOST_WINDOWS / calibration.length)));
  const fitting = cutDenser(windows, calibration, density);
  const count = windowCount(fitting);
  const labelOfWindow = Array.from({ length: count }, (_, w) => labelOf(fitting, w));
  const features = featuresOf(body, count, int8Frames(fitting, quantizer));
  return fitOnFeatures(head, labels, labelOfWindow, features, { density, metric });
}

/**
 * The same on windows whose features are known, as the band does it.
 * @param labelOfWindow [windows] index into the labels
 * @param features [windows, features]
 * @param refinements what the band has not: windows that stand for one, and the network's metric
 */
export function fitOnFeatures(
  general: Head,
  labels: readonly string[],
  labelOfWindow: readonly number[],
  features: Int8Array,
  { density, metric }: { readonly density?: number; readonly metric?: PopulationMetric | null } = {},
): OwnHead {
  const classes = [...new Set(labelOfWindow)].sort((a, b) => a - b);
  const solved = solveHead(general, {
    labels: classes.map((k) => labels[k]!),
    features,
    classOf: Uint8Array.from(labelOfWindow, (label) => classes.indexOf(label)),
    density,
    metric: metric ?? undefined,
  });
  return { ...solved, classes };
}

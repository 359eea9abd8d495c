// A head for one wearer from the windows that they gave, and from those that lie between them in the same samples: nothing
// more has to be recorded, and the head sees what it will be asked about at other moments. On the band, whose memory has
// no room for them, windows are fitted on as they are (docs/personalize.md says what it brings).
import { cutDenser } from "../../data/calibration.ts";
import { labelOf, selectWindows, type WindowSet, windowCount } from "../../data/window-set.ts";
import { int8Frames } from "../../evaluate/frames.ts";
import type { Graph } from "../../ir/graph.ts";
import { featuresOf } from "../../personalize/features.ts";
import { MOST_WINDOWS, solveHead } from "../../personalize/fit-head.ts";
import type { Head } from "../../personalize/head.ts";
import type { InputQuantizer } from "../../signal/frontend.ts";

/** Windows that are cut for each one that was given. */
const DENSITY = 3;

/** A network in int8, as far as a head is fitted behind it. */
export interface FittedNetwork {
  readonly body: Graph;
  readonly head: Head;
  readonly quantizer: InputQuantizer;
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
  network: FittedNetwork,
  labels: readonly string[],
  windows: WindowSet,
  calibration: readonly number[],
): OwnHead {
  const density = Math.max(1, Math.min(DENSITY, Math.floor(MOST_WINDOWS / calibration.length)));
  return fitOn(network, labels, cutDenser(windows, calibration, density), density);
}

/** The same on the windows as they were given, as the band does it. */
export function fitOwnAsBand(
  network: FittedNetwork,
  labels: readonly string[],
  windows: WindowSet,
  calibration: readonly number[],
): OwnHead {
  return fitOn(network, labels, selectWindows(windows, calibration), 1);
}

function fitOn(
  { body, head, quantizer }: FittedNetwork,
  labels: readonly string[],
  fitting: WindowSet,
  density: number,
): OwnHead {
  const count = windowCount(fitting);
  const classOfWindow = Array.from({ length: count }, (_, w) => labelOf(fitting, w));
  const classes = [...new Set(classOfWindow)].sort((a, b) => a - b);
  const solved = solveHead(head, {
    labels: classes.map((k) => labels[k]!),
    features: featuresOf(body, count, int8Frames(fitting, quantizer)),
    classOf: Uint8Array.from(classOfWindow, (label) => classes.indexOf(label)),
    density,
  });
  return { ...solved, classes };
}

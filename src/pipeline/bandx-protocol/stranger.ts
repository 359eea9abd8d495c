// One stranger: the general network as it is, and with a head fitted to the first windows of each activity.
import { splitCalibration } from "../../data/calibration.ts";
import { sessionMatcher } from "../../data/sessions.ts";
import { wornAs } from "../../data/wear.ts";
import {
  labelOf,
  selectWindows,
  sessionOf,
  subjectOf,
  type WindowSet,
  windowCount,
} from "../../data/window-set.ts";
import { floatFrames, int8Frames } from "../../evaluate/frames.ts";
import { argmax, computeMetrics } from "../../evaluate/metrics.ts";
import type { Graph } from "../../ir/graph.ts";
import { featuresOf, headOutputs } from "../../personalize/features.ts";
import { MOST_WINDOWS } from "../../personalize/fit-head.ts";
import { HEAD_LIMITS } from "../../personalize/head.ts";
import { type FloatParts, floatFeaturesOf, floatLogits, floatOutputsOf } from "../../personalize/parts.ts";
import type { InputQuantizer } from "../../signal/frontend.ts";
import type { Preprocessing } from "../../signal/preprocessing.ts";
import { WRIST_NAMES, type WristName, type WristOrientation } from "../../signal/wrist.ts";
import { headTooManyWindows, headWrongClasses, noTestWindows, sessionOutside } from "../../util/messages.ts";
import { type FittedNetwork, fitOwn, type OwnHead } from "../personalize/fitting.ts";
import { orientationOf } from "../personalize/orientation.ts";

/** One person, or one way in which a person wore the band. */
export interface Stranger {
  readonly name: string;
  /** In time order. */
  readonly windows: WindowSet;
}

/** Of single windows. */
export interface Score {
  readonly windows: number;
  readonly accuracy: number;
  readonly macroF1: number;
}

/** On the same windows. */
export interface BothScores {
  readonly float: Score;
  readonly int8: Score;
}

export interface StrangerFigures {
  readonly subject: string;
  /** Windows that the head was fitted on, of all activities. */
  readonly calibration: number;
  /** How the calibration tells that the band was worn; null where it does not. */
  readonly wrist: WristName | null;
  /** As it was recorded. */
  readonly general: BothScores;
  /** The same network, the band set to how it was worn. */
  readonly worn: BothScores;
  /** So set, and with a head of one's own, as the band and `bandsmith personalize` fit it. */
  readonly personal: BothScores;
  /** Of int8, every size tested on the same windows; without those that leave an activity untested or no head takes. */
  readonly curve: readonly CurvePoint[];
}

export interface CurvePoint {
  /** Windows of each activity; 0 is the general network. */
  readonly size: number;
  readonly accuracy: number;
  readonly macroF1: number;
}

export interface ProtocolSizes {
  /**
   * Patterns of sessions' names (sessions.ts), each a way of wearing the band that is calibrated and tested by itself;
   * none: all of a person's sessions are one; "each": every session is one of its own.
   */
  readonly wearings: readonly string[] | "each";
  /** Windows of each activity that the personal head is fitted on. */
  readonly calibration: number;
  /** The learning curve's, ascending. */
  readonly curve: readonly number[];
}

/** A general network in float and int8, each parted into body and head. */
export interface GeneralNetwork {
  readonly labels: readonly string[];
  readonly int8: FittedNetwork & { readonly body: Graph };
  readonly float: FloatParts;
  readonly quantizer: InputQuantizer;
  readonly preprocessing: Preprocessing;
}

/** One person's windows, in time order, and what the bodies make of them. */
interface Seen {
  readonly windows: WindowSet;
  /** [windows, features] */
  readonly int8: Int8Array;
  /** [windows, features] */
  readonly float: Float32Array;
}

/**
 * A person's windows, parted by the way of wearing.
 * @throws UserError protocol/session-outside
 */
export function partWearings(windows: WindowSet, { wearings }: ProtocolSizes): Stranger[] {
  const subject = subjectOf(windows, 0);
  if (wearings.length === 0) return [{ name: subject, windows }];
  const wayOf = wearings === "each" ? (session: string) => session : patternOf(subject, wearings);
  const ways = new Map(wearings === "each" ? [] : wearings.map((pattern) => [pattern, [] as number[]]));
  for (let w = 0; w < windowCount(windows); w++) {
    const way = wayOf(sessionOf(windows, w));
    const part = ways.get(way) ?? [];
    part.push(w);
    ways.set(way, part);
  }
  return [...ways].flatMap(([way, part]) =>
    part.length === 0 ? [] : { name: `${subject}, ${way}`, windows: selectWindows(windows, part) },
  );
}

/** The first pattern that a session's name is like. */
function patternOf(subject: string, patterns: readonly string[]): (session: string) => string {
  const matchers = patterns.map((pattern) => ({ pattern, matches: sessionMatcher(pattern) }));
  return (session) => {
    const found = matchers.find(({ matches }) => matches(session));
    if (found === undefined) throw sessionOutside(subject, session, patterns);
    return found.pattern;
  };
}

/**
 * The protocol on one person.
 * @param stranger with the windows in time order
 * @throws UserError head/*
 */
export function scoreStranger(
  network: GeneralNetwork,
  { name, windows }: Stranger,
  sizes: ProtocolSizes,
): StrangerFigures {
  const looks = new Map<WristOrientation, Seen>();
  const seenAs = (wrist: WristOrientation): Seen => {
    const seen = looks.get(wrist) ?? look(network, wornAs(windows, wrist));
    looks.set(wrist, seen);
    return seen;
  };
  const { calibration, test } = splitCalibration(windows, sizes.calibration);
  const told = orientationOf(network.preprocessing, windows, calibration);
  const worn = seenAs(told ?? 0);
  return {
    subject: name,
    calibration: calibration.length,
    wrist: told === null ? null : WRIST_NAMES[told],
    general: generalScores(network, seenAs(0), test),
    worn: generalScores(network, worn, test),
    personal: personalScores(network, worn, test, fitOnSeen(network, worn, calibration)),
    curve: learningCurve(network, windows, seenAs, sizes.curve),
  };
}

/**
 * What would make a person's figures mean nothing, before anything is trained for them.
 * @throws UserError protocol/no-test-windows, head/too-many-windows, head/wrong-classes
 */
export function checkStranger({ name, windows }: Stranger, { calibration: perClass }: ProtocolSizes): void {
  const { calibration, test } = splitCalibration(windows, perClass);
  if (test.length === 0) throw noTestWindows(name, windowCount(windows), perClass);
  if (calibration.length > MOST_WINDOWS) throw headTooManyWindows(calibration.length, MOST_WINDOWS);
  const classes = new Set(calibration.map((w) => labelOf(windows, w))).size;
  const { fewestClasses, mostClasses } = HEAD_LIMITS;
  if (classes < fewestClasses || classes > mostClasses)
    throw headWrongClasses(classes, fewestClasses, mostClasses);
}

/** Every window once through both bodies. */
function look({ int8, float, quantizer, preprocessing }: GeneralNetwork, windows: WindowSet): Seen {
  const count = windowCount(windows);
  return {
    windows,
    int8: featuresOf(int8.body, count, int8Frames(windows, quantizer)),
    float: floatFeaturesOf(float.body, count, floatFrames(windows, preprocessing.normalization)),
  };
}

function learningCurve(
  network: GeneralNetwork,
  windows: WindowSet,
  seenAs: (wrist: WristOrientation) => Seen,
  wanted: readonly number[],
): CurvePoint[] {
  const sizes = wanted.filter((size) => isPossible(windows, size));
  const largest = Math.max(0, ...sizes);
  return [0, ...sizes].map((size) => {
    const { calibration, test } = splitCalibration(windows, size, largest);
    const worn = seenAs(orientationOf(network.preprocessing, windows, calibration) ?? 0);
    const scores =
      size === 0
        ? generalScores(network, seenAs(0), test)
        : personalScores(network, worn, test, fitOnSeen(network, worn, calibration));
    const { accuracy, macroF1 } = scores.int8;
    return { size, accuracy, macroF1 };
  });
}

/** Whether a head takes so many windows, and every activity of the person is still tested. */
function isPossible(windows: WindowSet, size: number): boolean {
  const { calibration, test } = splitCalibration(windows, size);
  const classes = (indices: Iterable<number>): number =>
    new Set([...indices].map((w) => labelOf(windows, w))).size;
  return calibration.length <= MOST_WINDOWS && classes(test) === classes(Array(windowCount(windows)).keys());
}

function generalScores(
  { labels, int8, float }: GeneralNetwork,
  seen: Seen,
  test: readonly number[],
): BothScores {
  const everyClass = labels.map((_, k) => k);
  const scoreOf = (outputs: ArrayLike<number>): Score => score(labels, seen, test, outputs, everyClass);
  return {
    int8: scoreOf(headOutputs(int8.head, rowsOf(seen.int8, seen, test))),
    float: scoreOf(floatOutputsOf(float.tail, rowsOf(seen.float, seen, test))),
  };
}

function fitOnSeen({ labels, int8 }: GeneralNetwork, seen: Seen, calibration: readonly number[]): OwnHead {
  const labelOfWindow = calibration.map((w) => labelOf(seen.windows, w));
  return fitOwn(int8, labels, labelOfWindow, rowsOf(seen.int8, seen, calibration));
}

function personalScores(
  { labels, int8 }: GeneralNetwork,
  seen: Seen,
  test: readonly number[],
  { head, solution, classes }: OwnHead,
): BothScores {
  const rows = { int8: rowsOf(seen.int8, seen, test), float: rowsOf(seen.float, seen, test) };
  return {
    int8: score(labels, seen, test, headOutputs(head, rows.int8), classes),
    // The weights before they were quantised, on what the float body says.
    float: score(labels, seen, test, floatLogits(int8.head, solution, rows.float), classes),
  };
}

/** The features of some windows. */
function rowsOf<Data extends Int8Array | Float32Array>(
  all: Data,
  { windows }: Seen,
  indices: readonly number[],
): Data {
  const width = all.length / windowCount(windows);
  const rows = new (all.constructor as new (length: number) => Data)(indices.length * width);
  indices.forEach((w, i) => {
    rows.set(all.subarray(w * width, (w + 1) * width), i * width);
  });
  return rows;
}

/** @param classes which class each output is of */
function score(
  labels: readonly string[],
  { windows }: Seen,
  test: readonly number[],
  outputs: ArrayLike<number>,
  classes: readonly number[],
): Score {
  const { accuracy, macroF1 } = computeMetrics(
    labels,
    test.map((w) => labelOf(windows, w)),
    test.map((_, i) => classes[argmax(outputs, i * classes.length, classes.length)]!),
    test.map((w) => subjectOf(windows, w)),
  );
  return { windows: test.length, accuracy, macroF1 };
}

// include/learn_config.h: what a band may learn from its wearer, and where a fit begins.
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { LearnSpec } from "../spec/band.ts";
import { floatLiteral, numberLines, stringLiteral } from "./cpp.ts";
import type { View } from "./template.ts";

/** A network's last layer, with one scale for its weights. */
export interface GeneralHead {
  readonly features: number;
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  readonly weightScale: number;
  readonly outputScale: number;
  readonly outputZeroPoint: number;
  /** [classes, features] */
  readonly weights: Int8Array;
  /** [classes] */
  readonly biases: Int32Array;
}

export interface LearnInput {
  readonly spec: LearnSpec;
  readonly general: GeneralHead;
  /** What fits heads to the network: a lower triangle of [features, features], packed by rows. */
  readonly metric: Int16Array;
}

/** Windows after those that are fitted on that have samples in common with them. */
export function overlappingWindows({
  windowSamples,
  strideSamples,
}: Pick<Preprocessing, "windowSamples" | "strideSamples">): number {
  return Math.ceil(windowSamples / strideSamples) - 1;
}

/** Bytes of bandsmith::LearnStorage, which a static_assert of the project holds it to. */
export function learnStorageBytes({ spec, general }: LearnInput): number {
  const { features, biases } = general;
  const activities = biases.length + spec.activities.length;
  const values = activities * features;
  const bytes =
    solverBytes(features, activities) +
    4 * activities +
    values +
    values * (spec.windows + spec.heldBack) +
    activities * spec.windows;
  return Math.ceil(bytes / 8) * 8;
}

/** HeadSolver::memoryFor of firmware/bandsmith/nn/head_solver.h. */
function solverBytes(features: number, classes: number): number {
  const rows = 2 * Math.ceil(classes / 2);
  const values = rows * (features + 1);
  return 21 * features + 14 * values + 20 * rows;
}

/** Of a project that learns nothing: nothing is printed of it. */
const NOTHING: LearnInput = {
  spec: { windows: 0, heldBack: 0, activities: [] },
  general: {
    features: 0,
    inputScale: 1,
    inputZeroPoint: 0,
    weightScale: 1,
    outputScale: 1,
    outputZeroPoint: 0,
    weights: new Int8Array(0),
    biases: new Int32Array(0),
  },
  metric: new Int16Array(0),
};

export function learnView(learn: LearnInput | undefined, preprocessing: Preprocessing): View {
  const { spec, general, metric } = learn ?? NOTHING;
  const activities = [...preprocessing.labels, ...spec.activities];
  return {
    on: learn !== undefined,
    fitted: spec.windows,
    dropped: overlappingWindows(preprocessing),
    heldBack: spec.heldBack,
    activities: activities.map((label) => ({ literal: stringLiteral(label) })),
    features: general.features,
    classes: general.biases.length,
    inputScale: floatLiteral(general.inputScale),
    inputZeroPoint: general.inputZeroPoint,
    weightScale: floatLiteral(general.weightScale),
    outputScale: floatLiteral(general.outputScale),
    outputZeroPoint: general.outputZeroPoint,
    weights: numberLines(general.weights),
    biases: numberLines(general.biases),
    metric: numberLines(metric),
    storageBytes: learn === undefined ? 0 : learnStorageBytes(learn),
  };
}

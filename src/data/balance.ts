// Evening out the classes of the training windows, and weights as the gentler alternative.
import type { BalanceMethod } from "../spec/band.ts";
import type { Random } from "../util/random.ts";
import { synthesizeWindows } from "./smote.ts";
import { labelOf, type Stream, selectWindows, type WindowSet, windowCount } from "./window-set.ts";
import { countByClass } from "./windows.ts";

interface BalanceInput {
  readonly set: WindowSet;
  /** Window indices of each class, in order. */
  readonly byClass: readonly (readonly number[])[];
  readonly deviation: readonly number[];
  readonly random: Random;
}

const BALANCERS: Readonly<Record<BalanceMethod, (input: BalanceInput) => WindowSet>> = {
  none: ({ set }) => set,
  undersample({ set, byClass, random }) {
    const target = Math.min(...sizes(byClass));
    const kept = byClass.flatMap((own, label) =>
      random
        .fork(`class ${label}`)
        .shuffle([...own])
        .slice(0, target),
    );
    return selectWindows(
      set,
      kept.sort((a, b) => a - b),
    );
  },
  oversample({ set, byClass, random }) {
    const target = Math.max(...sizes(byClass));
    const drawn = byClass.flatMap((own, label) => {
      const draws = random.fork(`class ${label}`);
      const missing = own.length === 0 ? 0 : target - own.length;
      return Array.from({ length: missing }, () => own[draws.integer(own.length)]!);
    });
    return selectWindows(
      set,
      [...byClass.flat(), ...drawn].sort((a, b) => a - b),
    );
  },
  smote({ set, byClass, deviation, random }) {
    const target = Math.max(...sizes(byClass));
    const synthetic = byClass.flatMap((own, label) =>
      synthesizeWindows(set, own, target - own.length, deviation, random.fork(`class ${label}`)),
    );
    return withWholeStreams(set, synthetic);
  },
};

/**
 * Balances the classes of a training set; validation and test stay as they are.
 * @param deviation [6] counts, of the fitted normalisation
 */
export function balanceWindows(
  set: WindowSet,
  method: BalanceMethod,
  classes: number,
  deviation: readonly number[],
  random: Random,
): WindowSet {
  const byClass = Array.from({ length: classes }, (): number[] => []);
  for (let w = 0; w < windowCount(set); w++) byClass[labelOf(set, w)]!.push(w);
  return BALANCERS[method]({ set, byClass, deviation, random });
}

/**
 * [classes] weights windows ÷ (classes × windows of the class): each class weighs the same in all, and the mean
 * over windows is 1. A class without windows weighs 0.
 */
export function balancedClassWeights(set: WindowSet, classes: number): number[] {
  return countByClass(set, classes).map((count) => (count === 0 ? 0 : windowCount(set) / (classes * count)));
}

function sizes(byClass: BalanceInput["byClass"]): number[] {
  return byClass.filter((own) => own.length > 0).map((own) => own.length);
}

/** Adds streams that are one window each. */
function withWholeStreams(set: WindowSet, added: readonly Stream[]): WindowSet {
  const first = set.streams.length;
  return {
    streams: [...set.streams, ...added],
    windowSamples: set.windowSamples,
    streamOf: Int32Array.from([...set.streamOf, ...added.map((_, i) => first + i)]),
    startOf: Int32Array.from([...set.startOf, ...added.map(() => 0)]),
  };
}

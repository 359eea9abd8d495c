// What the firmware must decide from a network's outputs: the twin of firmware/bandsmith/app/decision.h.
import { argmax } from "../evaluate/metrics.ts";

/** Softmax outputs have scale 1/256 and zero point −128. */
const PROBABILITY_ONE = 256;
const probability = (output: number): number => output + 128;

export interface DecisionRule {
  readonly smoothWindows: number;
  readonly unknownBelowPercent: number;
}

export interface ExpectedDecision {
  readonly label: number;
  readonly confidence: number;
  /** Class that is shown; −1 is unknown. */
  readonly shown: number;
}

/** Follows one stretch of windows; reset() begins another. */
export function createDecider(rule: DecisionRule): {
  reset(): void;
  push(outputs: readonly number[]): ExpectedDecision;
} {
  let history: (readonly number[])[] = [];
  return {
    reset() {
      history = [];
    },
    push(outputs) {
      history = [...history, outputs].slice(-rule.smoothWindows);
      const label = argmax(outputs);
      const sums = outputs.map((_, c) => history.reduce((sum, window) => sum + probability(window[c]!), 0));
      const best = argmax(sums);
      const percent = toPercent(sums[best]!, PROBABILITY_ONE * history.length);
      return {
        label,
        confidence: toPercent(probability(outputs[label]!), PROBABILITY_ONE),
        shown: percent >= rule.unknownBelowPercent ? best : -1,
      };
    },
  };
}

/** In whole numbers, half up, as the firmware has it. */
function toPercent(part: number, whole: number): number {
  return Math.floor((part * 100 + Math.floor(whole / 2)) / whole);
}

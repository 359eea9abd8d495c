// What the validation loss decides: the learning rate, the best epoch and when to stop.
import type { TrainSpec } from "../spec/band.ts";

export interface Schedule {
  /** For the coming epoch. */
  readonly learningRate: number;
  /** Counted from 1; 0 before the first. */
  readonly bestEpoch: number;
  /** Takes an epoch's validation loss; says whether it is the best so far, and whether it was the last. */
  report(epoch: number, validationLoss: number): { readonly best: boolean; readonly stop: boolean };
}

/** Halves (or so) the rate after `plateau.patience` epochs without a better loss; stops after `patience` of them. */
export function createSchedule(spec: Pick<TrainSpec, "learningRate" | "plateau" | "patience">): Schedule {
  let learningRate = spec.learningRate;
  let bestEpoch = 0;
  let bestLoss = Infinity;
  /** Epoch from which the plateau is counted: the best one or the last reduction. */
  let plateauStart = 0;
  return {
    get learningRate() {
      return learningRate;
    },
    get bestEpoch() {
      return bestEpoch;
    },
    report(epoch, validationLoss) {
      const best = validationLoss < bestLoss;
      if (best) {
        bestLoss = validationLoss;
        bestEpoch = epoch;
        plateauStart = epoch;
      } else if (epoch - plateauStart >= spec.plateau.patience) {
        learningRate = Math.max(spec.plateau.minimum, learningRate * spec.plateau.factor);
        plateauStart = epoch;
      }
      return { best, stop: epoch - bestEpoch >= spec.patience };
    },
  };
}

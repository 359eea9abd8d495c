// The learning rate, the best epoch and when to stop.
import type { TrainSpec } from "../spec/band.ts";
import { invariant } from "../util/errors.ts";

export interface Schedule {
  /** For batch `batch` (from 0) of the coming epoch's `batches`. */
  learningRate(batch: number, batches: number): number;
  /** Counted from 1; 0 before the first. */
  readonly bestEpoch: number;
  /** Takes an epoch's validation loss; says whether it is the best so far, and whether it was the last. */
  report(epoch: number, validationLoss: number | null): { readonly best: boolean; readonly stop: boolean };
}

type ScheduleSpec = Pick<TrainSpec, "schedule" | "epochs" | "learningRate" | "plateau" | "patience">;

export function createSchedule(spec: ScheduleSpec): Schedule {
  return spec.schedule === "one-cycle" ? createOneCycle(spec) : createPlateau(spec);
}

/** Halves (or so) the rate after `plateau.patience` epochs without a better loss; stops after `patience` of them. */
function createPlateau(spec: ScheduleSpec): Schedule {
  let learningRate = spec.learningRate;
  let bestEpoch = 0;
  let bestLoss = Infinity;
  /** Epoch from which the plateau is counted: the best one or the last reduction. */
  let plateauStart = 0;
  return {
    learningRate: () => learningRate,
    get bestEpoch() {
      return bestEpoch;
    },
    report(epoch, validationLoss) {
      invariant(validationLoss !== null, "a plateau is one of the validation loss");
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

/** The share of all batches in which the rate rises, and what it starts and ends at, as shares of the highest. */
const RISE = 0.3;
const FIRST = 1 / 25;
const LAST = 1 / 10_000;

/**
 * One rise and one fall over all epochs, both half a cosine, batch by batch. The last epoch is kept: its rate is next to
 * none, so that its weights are an average of the ones before, and no person had a say in when to stop.
 * Source: Smith and Topin 2018 (arXiv 1708.07120), with cosines as in PyTorch's OneCycleLR.
 */
function createOneCycle({ epochs, learningRate: highest }: ScheduleSpec): Schedule {
  let done = 0;
  return {
    learningRate(batch, batches) {
      const progress = (done + batch / batches) / epochs;
      const [from, to, share] =
        progress < RISE ? [FIRST, 1, progress / RISE] : [1, LAST, (progress - RISE) / (1 - RISE)];
      return highest * (to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2);
    },
    get bestEpoch() {
      return done;
    },
    report(epoch) {
      done = epoch;
      return { best: true, stop: false };
    },
  };
}

// What training tells of itself while it runs; printing is the command line's.

/** One epoch's figures. Losses are weighted by class; accuracies are plain shares in [0, 1]. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Over the augmented training windows, with dropout, while the weights changed. */
  readonly loss: number;
  readonly accuracy: number;
  /** Null, as the next one, where nobody validates. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly learningRate: number;
}

/** What the epochs are of: the training, or the fine-tuning after a change of the network. */
export type TrainStage = "training" | "pruning" | "aware";

interface Pace {
  readonly stage: TrainStage;
  /** Epochs at most. */
  readonly of: number;
  /** Training windows a second in this epoch so far. */
  readonly windowsPerSecond: number;
  /** Until the last epoch at this pace; early stopping may come before. */
  readonly secondsLeft: number;
}

interface BatchEvent extends Pace {
  readonly kind: "batch";
  readonly epoch: number;
  /** Windows seen in this epoch, of `windows`. */
  readonly seen: number;
  readonly windows: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
}

interface EpochEvent extends Pace, EpochRecord {
  readonly kind: "epoch";
  /** Whether its weights are the ones to keep so far: by validation loss, or, in one cycle, always. */
  readonly best: boolean;
}

export type TrainEvent = BatchEvent | EpochEvent;

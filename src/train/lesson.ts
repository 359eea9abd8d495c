// What all stages of a training have in common: windows, their weights, and the circumstances of a step.
import { type WindowSet, windowCount } from "../data/window-set.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { TrainSpec } from "../spec/band.ts";
import { trainNotValidated, trainNoWindows } from "../util/messages.ts";
import type { Random } from "../util/random.ts";
import { createAugmenter } from "./augment.ts";
import { type BatchSource, classWeights, createBatchSource } from "./batches.ts";
import type { TrainEvent } from "./events.ts";
import type { Pass } from "./layers/layer.ts";
import type { TensorOps } from "./ops.ts";

/** What a training is given beside a network. */
export interface LessonInput {
  readonly train: WindowSet;
  readonly validation: WindowSet;
  /** Fitted on the training subjects; goes into the graph's metadata as it is. */
  readonly preprocessing: Preprocessing;
  readonly spec: TrainSpec;
  readonly seed: number;
  readonly onProgress?: (event: TrainEvent) => void;
  /** Stops between two batches by throwing its reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds, for the pace alone; nothing that is computed depends on it. */
  readonly now?: () => number;
}

export interface Lesson {
  /** Augmented. */
  readonly training: BatchSource;
  /** Without windows where nobody validates. */
  readonly validation: BatchSource;
  /** One a class, of mean 1 over the training windows. */
  readonly classWeights: Float32Array;
  /** The circumstances of a step of training. */
  readonly pass: Pass;
  readonly onProgress: ((event: TrainEvent) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * Augmentation and dropout from the stream's forks of these names.
 * @throws UserError train/no-windows, train/not-validated
 */
export function createLesson(input: LessonInput, ops: TensorOps, random: Random): Lesson {
  const { train, validation, preprocessing, spec } = input;
  if (windowCount(train) === 0) throw trainNoWindows("training");
  const validated = windowCount(validation) > 0;
  if (!validated && spec.schedule !== "one-cycle") throw trainNotValidated(spec.schedule);
  const { normalization, sampleRateHz, labels } = preprocessing;
  const augmenter = createAugmenter(spec.augment, sampleRateHz, random.fork("augment"));
  return {
    training: createBatchSource(train, normalization, augmenter),
    validation: createBatchSource(validation, normalization, null),
    classWeights: classWeights(train, labels.length, spec.classWeights),
    pass: { ops, training: true, random: random.fork("dropout") },
    onProgress: input.onProgress,
    signal: input.signal,
    now: input.now ?? (() => performance.now()),
  };
}

// The training loop: epochs over the training windows, each followed by a validation, if somebody validates.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { TrainSpec } from "../spec/band.ts";
import { trainDiverged } from "../util/messages.ts";
import type { Random } from "../util/random.ts";
import { createAdam, type Optimizer } from "./adam.ts";
import { type Batch, batchIndices } from "./batches.ts";
import type { EpochRecord, TrainStage } from "./events.ts";
import type { Pass } from "./layers/layer.ts";
import type { Lesson } from "./lesson.ts";
import { crossEntropy, emptyScore, type Score, scoreLogits } from "./loss.ts";
import type { Trainable } from "./network.ts";
import { createSchedule } from "./schedule.ts";

export interface FitSettings
  extends Pick<
    TrainSpec,
    "epochs" | "batchSize" | "learningRate" | "schedule" | "plateau" | "patience" | "weightDecay" | "clipNorm"
  > {
  readonly stage: TrainStage;
  /** The order of the windows. */
  readonly shuffles: Random;
  /** The weights are worth something already: they stay where no epoch has a better validation loss. */
  readonly tuned: boolean;
}

/** Over the validation windows: loss weighted by class, and the plain share of right answers. */
export interface Validation {
  readonly loss: number;
  readonly accuracy: number;
}

export interface FitResult {
  readonly history: readonly EpochRecord[];
  /** From 1; 0 for the weights as they came, where those were tuned. */
  readonly bestEpoch: number;
  /** Of the kept epoch; null where nobody validates. */
  readonly best: Validation | null;
  /** Of all epochs, without their validations. */
  readonly trainingMs: number;
}

/** Windows of one forward pass in evaluation: enough to amortise its overhead, small enough for the caches. */
const EVALUATION_BATCH = 128;
/** Batches between two progress events, and between two looks at the abort signal. */
const REPORT_EVERY = 20;

/**
 * Changes the network's parameters to those of the epoch that the schedule keeps.
 * @throws UserError train/diverged
 */
export async function fit(network: Trainable, lesson: Lesson, settings: FitSettings): Promise<FitResult> {
  const { training, classWeights, pass, onProgress, signal, now } = lesson;
  const { stage, epochs, batchSize, shuffles, tuned } = settings;
  const optimizer = createAdam(network.parameters, settings);
  const schedule = createSchedule(settings);
  const history: EpochRecord[] = [];
  let trainingMs = 0;
  let saved = network.save();
  let best = tuned ? validate(network, lesson) : null;
  if (tuned) schedule.report(0, best?.loss ?? null);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const pace = createPace(now, epochs, epoch, training.count);
    const score = emptyScore();
    const batches = batchIndices(training.count, batchSize, shuffles);
    let learningRate = 0;
    for (const [i, windows] of batches.entries()) {
      learningRate = schedule.learningRate(i, batches.length);
      trainBatch(network, training.take(windows), classWeights, optimizer, learningRate, pass, score);
      if (i % REPORT_EVERY !== REPORT_EVERY - 1) continue;
      const seen = { stage, epoch, seen: score.count, windows: training.count, learningRate };
      onProgress?.({ kind: "batch", ...seen, ...means(score), ...pace(score.count) });
      await setImmediate();
      signal?.throwIfAborted();
    }
    const epochPace = pace(score.count);
    trainingMs += (1000 * training.count) / epochPace.windowsPerSecond;

    if (!network.isFinite()) throw trainDiverged(epoch);
    network.settle?.();
    const validation = validate(network, lesson);
    const record = epochRecord(epoch, score, validation, learningRate);
    const finite = [record.loss, record.validationLoss ?? 0].every(Number.isFinite);
    if (!finite) throw trainDiverged(epoch);
    history.push(record);
    const verdict = schedule.report(epoch, record.validationLoss);
    if (verdict.best) [saved, best] = [network.save(), validation];
    onProgress?.({ kind: "epoch", stage, ...record, best: verdict.best, ...epochPace });
    signal?.throwIfAborted();
    if (verdict.stop) break;
  }
  network.restore(saved);
  return { history, bestEpoch: schedule.bestEpoch, best, trainingMs };
}

/** A stopwatch for one epoch, started now. */
function createPace(
  now: () => number,
  epochs: number,
  epoch: number,
  windows: number,
): (seen: number) => {
  readonly of: number;
  readonly windowsPerSecond: number;
  readonly secondsLeft: number;
} {
  const started = now();
  return (seen) => {
    // A clock may stand still for a few batches of a tiny network.
    const seconds = Math.max(1e-6, (now() - started) / 1000);
    const windowsLeft = (epochs - epoch + 1) * windows - seen;
    return { of: epochs, windowsPerSecond: seen / seconds, secondsLeft: (windowsLeft * seconds) / seen };
  };
}

function epochRecord(
  epoch: number,
  score: Score,
  validation: Validation | null,
  learningRate: number,
): EpochRecord {
  return {
    epoch,
    ...means(score),
    validationLoss: validation?.loss ?? null,
    validationAccuracy: validation?.accuracy ?? null,
    learningRate,
  };
}

/** One step of the optimiser. Adds the batch to `score`. */
export function trainBatch(
  network: Trainable,
  batch: Batch,
  weights: Float32Array,
  optimizer: Optimizer,
  learningRate: number,
  pass: Pass,
  score: Score,
): void {
  const gradients = gradientsOf(network, batch, weights, pass, score);
  optimizer.step(gradients, learningRate);
  tf.dispose(gradients);
}

/** The batch's gradients in the parameters' order, for the caller to dispose. Adds the batch to `score`. */
export function gradientsOf(
  network: Trainable,
  batch: Batch,
  weights: Float32Array,
  pass: Pass,
  score: Score,
): tf.Tensor[] {
  return tf.tidy(() => {
    const x = toTensor(network, batch);
    const tensors = network.parameters.map((parameter) => parameter.tensor);
    const loss = (): tf.Scalar => crossEntropy(network.logits(x, pass), batch.labels, weights, score);
    return tf.valueAndGrads(loss)(tensors).grads;
  });
}

/** Over all validation windows, without dropout and by the moving statistics; null where there are none. */
export function validate(network: Trainable, { validation, classWeights, pass }: Lesson): Validation | null {
  if (validation.count === 0) return null;
  const score = emptyScore();
  const inference = { ...pass, training: false };
  for (const windows of batchIndices(validation.count, EVALUATION_BATCH, null)) {
    const batch = validation.take(windows);
    tf.tidy(() => {
      const logits = network.logits(toTensor(network, batch), inference).dataSync<"float32">();
      scoreLogits(logits, batch.labels, classWeights, score);
    });
  }
  return means(score);
}

function toTensor({ model }: Trainable, batch: Batch): tf.Tensor3D {
  return tf.tensor3d(batch.values, [batch.size, model.timeSteps, model.channels]);
}

function means(score: Score): Validation {
  return { loss: score.loss / score.weight, accuracy: score.correct / score.count };
}

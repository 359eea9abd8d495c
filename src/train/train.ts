// The training loop: windows in, a float Graph out.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import { type WindowSet, windowCount } from "../data/window-set.ts";
import type { Graph } from "../ir/graph.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { TrainSpec } from "../spec/band.ts";
import type { ResolvedModel } from "../spec/model.ts";
import { invariant } from "../util/errors.ts";
import { trainDiverged, trainNotValidated, trainNoWindows } from "../util/messages.ts";
import { seededRandom } from "../util/random.ts";
import { createAdam, type Optimizer } from "./adam.ts";
import { createAugmenter } from "./augment.ts";
import { type Backend, openBackend } from "./backend.ts";
import { type Batch, type BatchSource, batchIndices, classWeights, createBatchSource } from "./batches.ts";
import type { EpochRecord, TrainEvent } from "./events.ts";
import { exportGraph } from "./export.ts";
import type { Pass } from "./layers/layer.ts";
import { crossEntropy, emptyScore, type Score, scoreLogits } from "./loss.ts";
import { createNetwork, type Network } from "./network.ts";
import { createSchedule } from "./schedule.ts";

export interface TrainInput {
  readonly model: ResolvedModel;
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

export interface TrainResult {
  /** Float, with the best epoch's weights. */
  readonly graph: Graph;
  readonly history: readonly EpochRecord[];
  /** From 1. */
  readonly bestEpoch: number;
  readonly backend: Backend["name"];
  /** Training windows a second over all epochs, augmentation included, validation not. */
  readonly windowsPerSecond: number;
  readonly seconds: number;
}

/** Windows of one forward pass in evaluation: enough to amortise its overhead, small enough for the caches. */
const EVALUATION_BATCH = 128;
/** Batches between two progress events, and between two looks at the abort signal. */
const REPORT_EVERY = 20;

/**
 * Trains a model. The same input and seed give the same bytes on the same backend.
 * @throws UserError train/no-windows, train/not-validated, train/backend-missing, train/diverged
 */
export async function train(input: TrainInput): Promise<TrainResult> {
  const { model, spec, preprocessing, onProgress, signal } = input;
  const now = input.now ?? (() => performance.now());
  if (windowCount(input.train) === 0) throw trainNoWindows("training");
  const validated = windowCount(input.validation) > 0;
  if (!validated && spec.schedule !== "one-cycle") throw trainNotValidated(spec.schedule);
  invariant(
    model.classes === preprocessing.labels.length,
    "the model has as many classes as there are labels",
  );

  // 1. Backend, variables, optimiser.
  const backend = await openBackend(spec.backend);
  const random = seededRandom(input.seed);
  const network = createNetwork(model, random);
  const optimizer = createAdam(network.parameters, spec.weightDecay);
  const schedule = createSchedule(spec);

  // 2. Windows.
  const { normalization, sampleRateHz } = preprocessing;
  const augmenter = createAugmenter(spec.augment, sampleRateHz, random.fork("augment"));
  const training = createBatchSource(input.train, normalization, augmenter);
  const validation = createBatchSource(input.validation, normalization, null);
  const weights = classWeights(input.train, model.classes, spec.classWeights);
  const pass: Pass = { ops: backend.ops, training: true, random: random.fork("dropout") };
  const shuffles = random.fork("shuffle");

  // 3. Epochs, each followed by a validation, if somebody validates.
  const history: EpochRecord[] = [];
  const started = now();
  let trainingMs = 0;
  let best = network.save();
  try {
    for (let epoch = 1; epoch <= spec.epochs; epoch++) {
      const pace = createPace(now, spec.epochs, epoch, training.count);
      const score = emptyScore();
      const batches = batchIndices(training.count, spec.batchSize, shuffles);
      let learningRate = 0;
      for (const [i, windows] of batches.entries()) {
        learningRate = schedule.learningRate(i, batches.length);
        trainBatch(network, training.take(windows), weights, optimizer, learningRate, pass, score);
        if (i % REPORT_EVERY !== REPORT_EVERY - 1) continue;
        const seen = { epoch, seen: score.count, windows: training.count, learningRate };
        onProgress?.({ kind: "batch", ...seen, ...means(score), ...pace(score.count) });
        await setImmediate();
        signal?.throwIfAborted();
      }
      const epochPace = pace(score.count);
      trainingMs += (1000 * training.count) / epochPace.windowsPerSecond;

      const validationScore = validated ? evaluate(network, validation, weights, pass) : null;
      const record = epochRecord(epoch, score, validationScore, learningRate);
      const finite = [record.loss, record.validationLoss ?? 0].every(Number.isFinite);
      if (!finite || !network.isFinite()) throw trainDiverged(epoch);
      history.push(record);
      const verdict = schedule.report(epoch, record.validationLoss);
      if (verdict.best) best = network.save();
      onProgress?.({ kind: "epoch", ...record, best: verdict.best, ...epochPace });
      signal?.throwIfAborted();
      if (verdict.stop) break;
    }

    // 4. The best epoch's weights as a graph.
    network.restore(best);
    return {
      graph: exportGraph(network, { preprocessing, inputQuantizer: null }),
      history,
      bestEpoch: schedule.bestEpoch,
      backend: backend.name,
      windowsPerSecond: (1000 * history.length * training.count) / trainingMs,
      seconds: (now() - started) / 1000,
    };
  } finally {
    network.dispose();
  }
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
  validation: Score | null,
  learningRate: number,
): EpochRecord {
  const validated = validation && means(validation);
  return {
    epoch,
    ...means(score),
    validationLoss: validated?.loss ?? null,
    validationAccuracy: validated?.accuracy ?? null,
    learningRate,
  };
}

/** One step of the optimiser. Adds the batch to `score`. */
export function trainBatch(
  network: Network,
  batch: Batch,
  weights: Float32Array,
  optimizer: Optimizer,
  learningRate: number,
  pass: Pass,
  score: Score,
): void {
  const gradients = tf.tidy(() => {
    const x = toTensor(network, batch);
    const tensors = network.parameters.map((parameter) => parameter.tensor);
    const loss = (): tf.Scalar => crossEntropy(network.logits(x, pass), batch.labels, weights, score);
    return tf.valueAndGrads(loss)(tensors).grads;
  });
  optimizer.step(gradients, learningRate);
  tf.dispose(gradients);
}

function evaluate(network: Network, source: BatchSource, weights: Float32Array, pass: Pass): Score {
  const score = emptyScore();
  const inference = { ...pass, training: false };
  for (const windows of batchIndices(source.count, EVALUATION_BATCH, null)) {
    const batch = source.take(windows);
    tf.tidy(() => {
      const logits = network.logits(toTensor(network, batch), inference).dataSync<"float32">();
      scoreLogits(logits, batch.labels, weights, score);
    });
  }
  return score;
}

function toTensor({ model }: Network, batch: Batch): tf.Tensor3D {
  return tf.tensor3d(batch.values, [batch.size, model.timeSteps, model.channels]);
}

function means(score: Score): { readonly loss: number; readonly accuracy: number } {
  return { loss: score.loss / score.weight, accuracy: score.correct / score.count };
}

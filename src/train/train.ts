// From windows to a float Graph: training, then what band.yaml asks for beyond it.
import type { Graph } from "../ir/graph.ts";
import type { PruneSpec } from "../spec/band.ts";
import type { ResolvedModel } from "../spec/model.ts";
import { invariant } from "../util/errors.ts";
import { seededRandom } from "../util/random.ts";
import { type Backend, openBackend } from "./backend.ts";
import type { EpochRecord } from "./events.ts";
import { exportGraph } from "./export.ts";
import { fit } from "./fit.ts";
import { createLesson, type LessonInput } from "./lesson.ts";
import { createNetwork } from "./network.ts";
import { type PruneRecord, pruneAndTune } from "./prune/prune.ts";

export interface TrainInput extends LessonInput {
  readonly model: ResolvedModel;
  /** Null for no pruning. */
  readonly prune: PruneSpec | null;
}

export interface TrainResult {
  /** Float, with the kept epoch's weights; pruned where that was asked for. */
  readonly graph: Graph;
  readonly history: readonly EpochRecord[];
  /** From 1. */
  readonly bestEpoch: number;
  /** Null where none was asked for. */
  readonly pruning: (PruneRecord & { readonly unpruned: Graph }) | null;
  readonly backend: Backend["name"];
  /** Training windows a second over all epochs, augmentation included, validation not. */
  readonly windowsPerSecond: number;
  readonly seconds: number;
}

/**
 * Trains a model. The same input and seed give the same bytes on the same backend.
 * @throws UserError train/no-windows, train/not-validated, train/backend-missing, train/diverged,
 *   model/nothing-to-prune
 */
export async function train(input: TrainInput): Promise<TrainResult> {
  const { model, spec, preprocessing, prune } = input;
  invariant(
    model.classes === preprocessing.labels.length,
    "the model has as many classes as there are labels",
  );

  // 1. Backend, windows, variables.
  const backend = await openBackend(spec.backend);
  const random = seededRandom(input.seed);
  const lesson = createLesson(input, backend.ops, random);
  const network = createNetwork(model, random);
  const metadata = { preprocessing, inputQuantizer: null };
  const started = lesson.now();
  try {
    // 2. All epochs.
    const shuffles = random.fork("shuffle");
    const fitted = await fit(network, lesson, { ...spec, stage: "training", shuffles, tuned: false });
    const graph = exportGraph(network, metadata);

    // 3. Fewer outputs a layer, and some epochs more.
    const pruned =
      prune && (await pruneAndTune({ network, lesson, spec, prune, random: random.fork("prune") }));
    const epochs = fitted.history.length + (pruned?.record.history.length ?? 0);
    const trainingMs = fitted.trainingMs + (pruned?.trainingMs ?? 0);
    return {
      graph: pruned === null ? graph : { ...pruned.graph, metadata },
      history: fitted.history,
      bestEpoch: fitted.bestEpoch,
      pruning: pruned && { ...pruned.record, unpruned: graph },
      backend: backend.name,
      windowsPerSecond: (1000 * epochs * lesson.training.count) / trainingMs,
      seconds: (lesson.now() - started) / 1000,
    };
  } finally {
    network.dispose();
  }
}

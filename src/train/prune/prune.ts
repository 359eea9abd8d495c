// Structured pruning: the least important outputs of every layer go, and what is left is trained on for some epochs.
import type { Graph } from "../../ir/graph.ts";
import type { PruneSpec, TrainSpec } from "../../spec/band.ts";
import type { Layer } from "../../spec/model.ts";
import { prunedWidths, widthOf } from "../../spec/prune-model.ts";
import type { Random } from "../../util/random.ts";
import type { EpochRecord } from "../events.ts";
import { exportGraph } from "../export.ts";
import { fit, type Validation, validate } from "../fit.ts";
import type { Lesson } from "../lesson.ts";
import type { Network } from "../network.ts";
import { cutNetwork } from "./cut.ts";
import { taylorImportance } from "./importance.ts";

export interface PruneInput {
  readonly network: Network;
  readonly lesson: Lesson;
  readonly spec: TrainSpec;
  readonly prune: PruneSpec;
  readonly random: Random;
}

/** What pruning did. */
export interface PruneRecord {
  readonly layers: readonly {
    readonly kind: Layer["kind"];
    readonly before: number;
    readonly after: number;
  }[];
  /** Null, each, where nobody validates. */
  readonly validation: {
    readonly before: Validation | null;
    /** With outputs missing, before any fine-tuning. */
    readonly cut: Validation | null;
    readonly after: Validation | null;
  };
  /** Of the fine-tuning. */
  readonly history: readonly EpochRecord[];
  /** From 1; 0 where no epoch was better than none. */
  readonly bestEpoch: number;
}

export interface Pruned {
  readonly graph: Graph;
  readonly record: PruneRecord;
  readonly trainingMs: number;
}

/** The given network stays as it is. */
export async function pruneAndTune({ network, lesson, spec, prune, random }: PruneInput): Promise<Pruned> {
  const { epochs, learningRate } = prune;
  const widths = prunedWidths(network.model, prune.share);
  const layers = [...widths.keys()];
  const importance = taylorImportance(network, layers, lesson, spec.batchSize, random.fork("order"));
  const narrow = cutNetwork(network, widths, importance);
  try {
    const cut = validate(narrow, lesson);
    const settings = { ...spec, epochs, learningRate, stage: "pruning", tuned: true } as const;
    const tuned = await fit(narrow, lesson, { ...settings, shuffles: random.fork("shuffle") });
    return {
      graph: exportGraph(narrow, null),
      trainingMs: tuned.trainingMs,
      record: {
        layers: layers.map((layer) => ({
          kind: layer.kind,
          before: widthOf(layer)!,
          after: widths.get(layer)!,
        })),
        validation: { before: validate(network, lesson), cut, after: tuned.best },
        history: tuned.history,
        bestEpoch: tuned.bestEpoch,
      },
    };
  } finally {
    narrow.dispose();
  }
}

// Quantisation-aware fine-tuning: some epochs in which the network computes what int8 will.
// Source: Jacob et al. 2018 (arXiv 1712.05877), section 3.
import type { Graph } from "../../ir/graph.ts";
import type { AwareSpec } from "../../spec/band.ts";
import { seededRandom } from "../../util/random.ts";
import { openBackend } from "../backend.ts";
import type { EpochRecord } from "../events.ts";
import { fit, type Validation, validate } from "../fit.ts";
import { createLesson, type LessonInput } from "../lesson.ts";
import { type Quantizer, simulateInt8 } from "./simulation.ts";

export interface AwareInput extends LessonInput {
  /** Folded. */
  readonly float: Graph;
  readonly quantize: Quantizer;
  readonly aware: AwareSpec;
}

/** What the fine-tuning did, by the network as int8 computes it. */
export interface AwareRecord {
  /** Null, each, where nobody validates. */
  readonly validation: { readonly before: Validation | null; readonly after: Validation | null };
  readonly history: readonly EpochRecord[];
  /** From 1; 0 where no epoch was better than none. */
  readonly bestEpoch: number;
}

export interface AwareResult {
  /** Float and folded, to be quantised in the same way once more. */
  readonly graph: Graph;
  readonly record: AwareRecord;
  readonly seconds: number;
}

/**
 * The same input and seed give the same bytes on the same backend.
 * @throws UserError train/no-windows, train/not-validated, train/backend-missing,
 *   train/diverged
 */
export async function trainAware(input: AwareInput): Promise<AwareResult> {
  const { float, quantize, spec, aware } = input;
  const backend = await openBackend(spec.backend);
  const random = seededRandom(input.seed).fork("aware");
  const lesson = createLesson(input, backend.ops, random);
  const network = simulateInt8(float, quantize);
  const started = lesson.now();
  try {
    const before = validate(network, lesson);
    const settings = { ...spec, ...aware, stage: "aware", tuned: true } as const;
    const tuned = await fit(network, lesson, { ...settings, shuffles: random.fork("shuffle") });
    return {
      graph: network.export(),
      record: {
        validation: { before, after: tuned.best },
        history: tuned.history,
        bestEpoch: tuned.bestEpoch,
      },
      seconds: (lesson.now() - started) / 1000,
    };
  } finally {
    network.dispose();
  }
}

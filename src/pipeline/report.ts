// What a build made, as plain data: report.json, the command line's table and the charts are drawn from it.
import type { PreparedData } from "../data/prepare.ts";
import type { Agreement, LayerAgreement } from "../evaluate/agreement.ts";
import type { Metrics } from "../evaluate/metrics.ts";
import type { Arena } from "../plan/arena.ts";
import type { CompiledSize } from "../plan/compiled-size.ts";
import type { AwareRecord } from "../train/aware/aware.ts";
import type { EpochRecord } from "../train/events.ts";
import type { BandFile } from "./band-file.ts";
import type { ModelFacts } from "./inspect.ts";
import { TOOL_VERSION } from "./resources.ts";
import type { Pruning, Trained } from "./training.ts";

/** Holds no time and no path, so that two builds of the same inputs are equal to the byte. */
export interface BuildReport {
  readonly tool: string;
  readonly name: string;
  readonly board: string;
  readonly engine: string;
  readonly seed: number;
  readonly data: {
    readonly fingerprint: string;
    readonly labels: readonly string[];
    readonly split: { readonly by: string; readonly leaking: boolean; readonly description: string };
    readonly windows: PreparedData["info"]["windows"];
    readonly notes: readonly string[];
  };
  readonly training: {
    readonly backend: string;
    readonly bestEpoch: number;
    readonly history: readonly EpochRecord[];
    readonly pruning: Pruning | null;
    readonly aware: AwareRecord | null;
  };
  readonly model: Pick<ModelFacts, "name" | "bytes" | "sha256" | "macs" | "parameters" | "operators">;
  /** Of the engine: estimated for TFLite Micro, exact for the compiled network. */
  readonly arena: Arena;
  /** What the compiled network takes; null for TFLite Micro. */
  readonly compiled: CompiledSize | null;
  readonly verification: {
    readonly windows: number;
    readonly values: number;
    readonly different: number;
    readonly layers: readonly Pick<LayerAgreement, "operator" | "tensor" | "values" | "different">[];
  };
  /** On the test windows. */
  readonly accuracy: { readonly float: Metrics; readonly int8: Metrics };
}

export function makeReport(parts: {
  readonly file: BandFile;
  readonly board: string;
  readonly data: PreparedData;
  readonly trained: Trained;
  readonly model: ModelFacts;
  readonly arena: Arena;
  readonly compiled: CompiledSize | null;
  readonly agreement: Agreement;
  readonly float: Metrics;
  readonly int8: Metrics;
}): BuildReport {
  const { file, board, data, trained, model, arena, compiled, agreement, float, int8 } = parts;
  const { windows, values, different, layers } = agreement;
  return {
    tool: `bandsmith ${TOOL_VERSION}`,
    name: file.name,
    board,
    engine: file.band.engine,
    seed: file.band.seed,
    data: {
      fingerprint: data.fingerprint,
      labels: data.labels,
      split: { by: file.band.split.by, leaking: data.split.leaking, description: data.split.description },
      windows: data.info.windows,
      notes: data.info.notes,
    },
    training: {
      backend: trained.backend,
      bestEpoch: trained.bestEpoch,
      history: trained.history,
      pruning: trained.pruning,
      aware: trained.aware,
    },
    model: {
      name: model.name,
      bytes: model.bytes,
      sha256: model.sha256,
      macs: model.macs,
      parameters: model.parameters,
      operators: model.operators,
    },
    arena,
    compiled,
    verification: {
      windows,
      values,
      different,
      layers: layers.map(({ operator, tensor, values: n, different: d }) => ({
        operator,
        tensor,
        values: n,
        different: d,
      })),
    },
    accuracy: { float, int8 },
  };
}

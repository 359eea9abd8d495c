// One model with one seed: build's own training, quantisation and scoring, and the figures that are kept of them.
import path from "node:path";
import type { PreparedData } from "../../data/prepare.ts";
import { windowCount } from "../../data/window-set.ts";
import { sumOfLayers } from "../../evaluate/agreement.ts";
import type { Metrics } from "../../evaluate/metrics.ts";
import { countMacs, countParameters } from "../../ir/graph.ts";
import type { Board } from "../../spec/board.ts";
import { readTflite } from "../../tflite/read.ts";
import { writeTflite } from "../../tflite/write.ts";
import type { AwareRecord } from "../../train/aware/aware.ts";
import type { EpochRecord } from "../../train/events.ts";
import { UserError } from "../../util/errors.ts";
import { canonicalJson, sha256 } from "../../util/hash.ts";
import { modelDisagrees } from "../../util/messages.ts";
import type { BandFile } from "../band-file.ts";
import { compileModel, floatOutputs, scoreOutputs, verifyModel } from "../compile.ts";
import type { OnEvent } from "../events.ts";
import { readIfThere, writeWhole } from "../files.ts";
import { MODEL_FILE } from "../layout.ts";
import { rehearse } from "../rehearse.ts";
import { TOOL_VERSION } from "../resources.ts";
import { type Pruning, trainingKey, trainOrReuse } from "../training.ts";
import { type EngineCosts, engineCosts } from "./costs.ts";

/** Raise when the same inputs come to give other figures, or other names for them. */
const RUN_FORMAT = 2;
const RUN_FILE = "run.json";
/** The float network with its batch norms folded, as a file for other tools. */
const FLOAT_MODEL_FILE = "model.float.tflite";

export interface RunFigures {
  readonly training: {
    readonly backend: string;
    /** From 1. */
    readonly bestEpoch: number;
    readonly history: readonly EpochRecord[];
    /** Null where none was asked for. */
    readonly pruning: Pruning | null;
    readonly aware: AwareRecord | null;
    /** With validation; null where the stored network was taken whose time nobody noted. */
    readonly seconds: number | null;
    /** Augmentation included, validation not. */
    readonly windowsPerSecond: number | null;
  };
  /** On the test windows: the network as trained, the float .tflite file read again, the int8 network. */
  readonly accuracy: { readonly float: Metrics; readonly floatFile: Metrics; readonly int8: Metrics };
  /** The int8 network against its file: every value of every layer was equal, or there would be no figures. */
  readonly verification: { readonly windows: number; readonly values: number };
  readonly model: {
    /** Of the int8 file. */
    readonly sha256: string;
    readonly bytes: number;
    readonly floatBytes: number;
    readonly parameters: number;
    readonly macs: number;
  };
  readonly engines: EngineCosts;
}

/** Why a model has no figures: it does not fit the windows or the board, or it cannot be trained. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What came of one model with one seed. */
export type Run =
  | { readonly kind: "compared"; readonly figures: RunFigures }
  | ({ readonly kind: "refused" } & Refusal);

/** What is remembered; a refusal is not, since it comes before training or early in it. */
interface RunRecord {
  /** Identity of everything that the figures depend on. */
  readonly key: string;
  /** Of the training alone. */
  readonly trainingKey: string;
  readonly figures: RunFigures;
}

/** A model's own failures. All others, such as a fault in the recordings, end the comparison. */
const REFUSALS = new Set([
  "model/does-not-fit",
  "model/nothing-to-prune",
  "board/too-small",
  "project/no-kernel",
  "train/diverged",
]);

/**
 * Gives the remembered figures where the inputs and the model that was made of them are unchanged.
 * @param file with the model, the seed and the folder of this run
 * @throws UserError file/*, train/*, project/*, and model/* of a file that is broken
 */
export async function runModel(
  file: BandFile,
  board: Board,
  data: PreparedData,
  fresh: boolean,
  onEvent: OnEvent,
): Promise<Run> {
  try {
    return { kind: "compared", figures: await figuresOf(file, board, data, fresh, onEvent) };
  } catch (error) {
    if (!(error instanceof UserError) || !REFUSALS.has(error.code)) throw error;
    const { code, message, hint } = error;
    onEvent({ kind: "note", text: `left out: ${message}` });
    return { kind: "refused", code, message, hint };
  }
}

async function figuresOf(
  file: BandFile,
  board: Board,
  data: PreparedData,
  fresh: boolean,
  onEvent: OnEvent,
): Promise<RunFigures> {
  const { engine, optimize, quantize } = file.band;
  const training = trainingKey(file, data);
  const identity = { format: RUN_FORMAT, tool: TOOL_VERSION, training, board, engine, optimize, quantize };
  const key = sha256(canonicalJson(identity));
  const stored = fresh ? null : readRecord(file.outDir);
  if (stored?.record.key === key) {
    onEvent({ kind: "note", text: "unchanged: the figures of an earlier run are used" });
    // What a network takes is estimated in no time, by what is known today.
    return { ...stored.record.figures, engines: engineCosts(readTflite(stored.model, MODEL_FILE), board) };
  }
  const earlier = stored?.record.trainingKey === training ? stored.record.figures.training : null;
  const figures = await measure(file, board, data, fresh, earlier, onEvent);
  const record: RunRecord = { key, trainingKey: training, figures };
  writeWhole(path.join(file.outDir, RUN_FILE), `${JSON.stringify(record, null, 2)}\n`);
  return figures;
}

/** @param earlier the time of the same training, where its network is still there */
async function measure(
  file: BandFile,
  board: Board,
  data: PreparedData,
  fresh: boolean,
  earlier: Pick<RunFigures["training"], "seconds" | "windowsPerSecond"> | null,
  onEvent: OnEvent,
): Promise<RunFigures> {
  const { labels, split } = data;
  // 1. Does it fit?
  await rehearse(file, board, data);
  // 2. Training, or what is left of an interrupted run.
  const trained = await trainOrReuse(file, data, fresh, onEvent);
  if (trained.pace === null) onEvent({ kind: "note", text: "the network of an earlier run is used" });
  const pace = trained.pace ?? earlier;
  // 3. Both files.
  const compiled = compileModel(trained.graph, split.train, file.band.quantize);
  const floatFile = writeTflite(compiled.float);
  // 4. Three scores on the same windows, of which the int8 one is of a network that equals its file.
  const tests = split.test;
  const agreement = verifyModel(compiled.int8, compiled.tflite, tests, onEvent);
  const { values, different } = sumOfLayers(agreement.layers);
  if (different > 0) throw modelDisagrees(different, values);
  const reread = readTflite(floatFile, FLOAT_MODEL_FILE);
  const accuracy = {
    float: scoreOutputs(labels, tests, floatOutputs(trained.graph, tests, onEvent)),
    floatFile: scoreOutputs(labels, tests, floatOutputs(reread, tests, onEvent)),
    int8: scoreOutputs(labels, tests, agreement.outputs),
  };
  // 5. On disk, and counted.
  writeWhole(path.join(file.outDir, FLOAT_MODEL_FILE), floatFile);
  writeWhole(path.join(file.outDir, MODEL_FILE), compiled.tflite);
  return {
    training: {
      backend: trained.backend,
      bestEpoch: trained.bestEpoch,
      history: trained.history,
      pruning: trained.pruning,
      aware: trained.aware,
      seconds: pace?.seconds ?? null,
      windowsPerSecond: pace?.windowsPerSecond ?? null,
    },
    accuracy,
    verification: { windows: windowCount(tests), values },
    model: {
      sha256: sha256(compiled.tflite),
      bytes: compiled.tflite.length,
      floatBytes: floatFile.length,
      parameters: countParameters(compiled.int8),
      macs: countMacs(compiled.int8),
    },
    engines: engineCosts(compiled.int8, board),
  };
}

/** Null where there is none that can be trusted, which only means running again. */
function readRecord(folder: string): { readonly record: RunRecord; readonly model: Uint8Array } | null {
  const text = readIfThere(path.join(folder, RUN_FILE))?.toString("utf8");
  const model = readIfThere(path.join(folder, MODEL_FILE));
  if (text === undefined || model === null) return null;
  try {
    const record = JSON.parse(text) as RunRecord;
    // The figures are of the model that is there, or of none.
    return record.figures.model.sha256 === sha256(model) ? { record, model } : null;
  } catch {
    return null;
  }
}

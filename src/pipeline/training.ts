// The training step, remembered: the same data, model and settings give the stored network instead of a new one.
import path from "node:path";
import type { PreparedData } from "../data/prepare.ts";
import { countMacs, countParameters, type Graph } from "../ir/graph.ts";
import { foldGraph } from "../quantize/fold.ts";
import { CHANNEL_COUNT, type Preprocessing } from "../signal/preprocessing.ts";
import { encodeWristReference } from "../signal/wrist-reference.ts";
import { axisMapOf } from "../spec/axes.ts";
import type { QuantizeSpec } from "../spec/band.ts";
import type { ResolvedModel } from "../spec/model.ts";
import { readTflite } from "../tflite/read.ts";
import { writeTflite } from "../tflite/write.ts";
import { type AwareRecord, type AwareResult, trainAware } from "../train/aware/aware.ts";
import type { EpochRecord } from "../train/events.ts";
import type { LessonInput } from "../train/lesson.ts";
import type { PruneRecord } from "../train/prune/prune.ts";
import { type TrainResult, train } from "../train/train.ts";
import { canonicalJson, sha256 } from "../util/hash.ts";
import type { BandFile } from "./band-file.ts";
import { compileModel } from "./compile.ts";
import type { OnEvent } from "./events.ts";
import { readIfThere, writeWhole } from "./files.ts";
import { TRAINED_MODEL, TRAINED_RECORD } from "./layout.ts";
import { resolveBandModel } from "./model-file.ts";
import { TOOL_VERSION } from "./resources.ts";

export interface Trained {
  /** Float, as trained: batch norm not yet folded, unless int8 was trained for. */
  readonly graph: Graph;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** Null where none was asked for. */
  readonly pruning: Pruning | null;
  /** The quantisation-aware fine-tuning; null where none was asked for. */
  readonly aware: AwareRecord | null;
  readonly backend: string;
  /** Identity of everything that the weights depend on. */
  readonly key: string;
  /** The pace, where training took place now; null where the stored network was taken. */
  readonly pace: Pick<TrainResult, "windowsPerSecond" | "seconds"> | null;
}

/** What pruning did, with the sizes of the networks before and after; batch norms are folded. */
export interface Pruning extends PruneRecord {
  readonly parameters: { readonly before: number; readonly after: number };
  readonly macs: { readonly before: number; readonly after: number };
}

interface TrainedRecord
  extends Pick<Trained, "history" | "bestEpoch" | "pruning" | "aware" | "backend" | "key"> {
  /** SHA-256 of the stored model, so that a file that was touched is not believed. */
  readonly model: string;
}

function preprocessingOf({ band }: Pick<BandFile, "band">, data: PreparedData): Preprocessing {
  return {
    sensor: {
      accelRangeG: band.sensor.accelRangeG,
      gyroRangeDps: band.sensor.gyroRangeDps,
      axes: axisMapOf(band.sensor.axes),
    },
    sampleRateHz: band.sensor.rateHz,
    windowSamples: data.shape.windowSamples,
    strideSamples: data.shape.strideSamples,
    filters: data.filters,
    normalization: data.normalization,
    labels: data.labels,
    ...(data.wristReference && { wristReference: encodeWristReference(data.wristReference) }),
  };
}

/** What training is given, and its identity. */
export function trainingInputs(
  file: BandFile,
  data: PreparedData,
): { readonly preprocessing: Preprocessing; readonly model: ResolvedModel; readonly key: string } {
  const { train: settings, prune = null, quantize, seed } = file.band;
  const preprocessing = preprocessingOf(file, data);
  const model = resolveBandModel(file, {
    timeSteps: preprocessing.windowSamples,
    channels: CHANNEL_COUNT,
    classes: data.labels.length,
  });
  const { fingerprint } = data;
  // How int8 is made matters to the weights only where they are trained for it.
  const aware = quantize.aware && quantize;
  const identity = { tool: TOOL_VERSION, fingerprint, preprocessing, model, settings, prune, aware, seed };
  return { preprocessing, model, key: sha256(canonicalJson(identity)) };
}

/** Identity of everything that the trained weights depend on. */
export function trainingKey(file: BandFile, data: PreparedData): string {
  return trainingInputs(file, data).key;
}

export async function trainOrReuse(
  file: BandFile,
  data: PreparedData,
  fresh: boolean,
  onEvent: OnEvent,
): Promise<Trained> {
  const { band, outDir } = file;
  const { preprocessing, model, key } = trainingInputs(file, data);
  const stored = fresh ? null : readTrained(outDir, key);
  if (stored !== null) return stored;

  const lesson: LessonInput = {
    train: data.split.train,
    validation: data.split.validation,
    preprocessing,
    spec: band.train,
    seed: band.seed,
    onProgress: (event) => {
      onEvent({ kind: "train", event });
    },
  };
  const result = await train({ ...lesson, model, prune: band.prune ?? null });
  const tuned = await tuneForInt8(result.graph, lesson, band.quantize);
  const bytes = writeTflite(tuned?.graph ?? result.graph);
  const record: TrainedRecord = {
    key,
    model: sha256(bytes),
    backend: result.backend,
    bestEpoch: result.bestEpoch,
    history: result.history,
    pruning: result.pruning && measured(result.pruning, result.graph),
    aware: tuned && tuned.record,
  };
  writeWhole(path.join(outDir, TRAINED_MODEL), bytes);
  writeWhole(path.join(outDir, TRAINED_RECORD), `${JSON.stringify(record, null, 2)}\n`);
  const seconds = result.seconds + (tuned?.seconds ?? 0);
  const { windowsPerSecond } = result;
  // What was written is what goes on, so that a reused training gives the very same build.
  return { ...record, graph: readTflite(bytes, TRAINED_MODEL), pace: { windowsPerSecond, seconds } };
}

async function tuneForInt8(
  trained: Graph,
  lesson: LessonInput,
  spec: QuantizeSpec,
): Promise<AwareResult | null> {
  if (spec.aware === null) return null;
  const quantize = (float: Graph): Graph => compileModel(float, lesson.train, spec).int8;
  return trainAware({ ...lesson, float: foldGraph(trained), quantize, aware: spec.aware });
}

function measured({ unpruned, ...record }: NonNullable<TrainResult["pruning"]>, pruned: Graph): Pruning {
  const [before, after] = [unpruned, pruned].map(foldGraph) as [Graph, Graph];
  return {
    ...record,
    parameters: { before: countParameters(before), after: countParameters(after) },
    macs: { before: countMacs(before), after: countMacs(after) },
  };
}

/** The stored training of that key, or null where there is none that can be trusted. */
export function readTrained(outDir: string, key: string): Trained | null {
  const bytes = readIfThere(path.join(outDir, TRAINED_MODEL));
  const text = readIfThere(path.join(outDir, TRAINED_RECORD));
  if (bytes === null || text === null) return null;
  let record: TrainedRecord;
  try {
    record = JSON.parse(text.toString("utf8")) as TrainedRecord;
  } catch {
    return null; // A damaged record only means training again.
  }
  if (record.key !== key || record.model !== sha256(bytes)) return null;
  return { ...record, graph: readTflite(bytes, TRAINED_MODEL), pace: null };
}

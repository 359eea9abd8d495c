// One group of strangers and one seed: a general network of everybody else, and how it does on known and unknown people.
import path from "node:path";
import type { PreparedData } from "../../data/prepare.ts";
import { selectWindows, type WindowSet } from "../../data/window-set.ts";
import { windowsBySubject } from "../../data/windows.ts";
import { sumOfLayers } from "../../evaluate/agreement.ts";
import { splitHead } from "../../personalize/head.ts";
import { partFloat } from "../../personalize/parts.ts";
import { invariant } from "../../util/errors.ts";
import { canonicalJson, sha256 } from "../../util/hash.ts";
import { modelDisagrees } from "../../util/messages.ts";
import type { BandFile } from "../band-file.ts";
import { type CompiledModel, compileModel, floatOutputs, scoreOutputs, verifyModel } from "../compile.ts";
import type { OnEvent } from "../events.ts";
import { readIfThere, writeWhole } from "../files.ts";
import { headMetricOf } from "../head-metric.ts";
import { MODEL_FILE } from "../layout.ts";
import { TOOL_VERSION } from "../resources.ts";
import { trainingKey, trainOrReuse } from "../training.ts";
import {
  type BothScores,
  checkStranger,
  type GeneralNetwork,
  type ProtocolSizes,
  partWearings,
  type StrangerFigures,
  scoreStranger,
} from "./stranger.ts";

/** Raise when the same inputs come to give other figures, or other names for them. */
const RUN_FORMAT = 6;
const RUN_FILE = "run.json";

export interface GroupFigures {
  /** Later windows of those who trained. */
  readonly familiar: BothScores;
  /** Bytes of the int8 file. */
  readonly modelBytes: number;
  readonly strangers: readonly StrangerFigures[];
}

interface GroupRecord {
  /** Identity of everything that the figures depend on. */
  readonly key: string;
  readonly figures: GroupFigures;
}

/**
 * Gives the remembered figures where nothing has changed.
 * @param file with the seed, the split and the folder of this run
 * @throws UserError protocol/no-test-windows, head/*, train/*, quantize/*
 */
export async function runGroup(
  file: BandFile,
  data: PreparedData,
  sizes: ProtocolSizes,
  onEvent: OnEvent,
): Promise<GroupFigures> {
  const { quantize } = file.band;
  const identity = {
    format: RUN_FORMAT,
    tool: TOOL_VERSION,
    training: trainingKey(file, data),
    quantize,
    sizes,
  };
  const key = sha256(canonicalJson(identity));
  const stored = readRecord(file.outDir);
  if (stored?.key === key) {
    onEvent({ kind: "note", text: "unchanged: the figures of an earlier run are used" });
    return stored.figures;
  }
  const figures = await measure(file, data, sizes, onEvent);
  const record: GroupRecord = { key, figures };
  writeWhole(path.join(file.outDir, RUN_FILE), `${JSON.stringify(record, null, 2)}\n`);
  return figures;
}

async function measure(
  file: BandFile,
  data: PreparedData,
  sizes: ProtocolSizes,
  onEvent: OnEvent,
): Promise<GroupFigures> {
  const { train, test, familiar } = data.split;
  invariant(familiar !== null, "the protocol keeps windows of known people");
  const people = [...windowsBySubject(test).values()].flatMap((windows) =>
    partWearings(selectWindows(test, windows), sizes),
  );
  for (const stranger of people) checkStranger(stranger, sizes);
  // 1. The general network, float and int8.
  const trained = await trainOrReuse(file, data, false, onEvent);
  const compiled = compileModel(trained.graph, train, file.band.quantize);
  writeWhole(path.join(file.outDir, MODEL_FILE), compiled.tflite);
  // 2. On people it knows.
  const known = scoreFamiliar(compiled, data.labels, familiar, onEvent);
  // 3. On those it does not, before and after.
  const network = partNetwork(compiled, data.labels, train);
  const strangers = people.map((stranger) => scoreStranger(network, stranger, sizes));
  return { familiar: known, modelBytes: compiled.tflite.length, strangers };
}

function scoreFamiliar(
  { float, int8, tflite }: CompiledModel,
  labels: readonly string[],
  windows: WindowSet,
  onEvent: OnEvent,
): BothScores {
  const agreement = verifyModel(int8, tflite, windows, onEvent);
  const { values, different } = sumOfLayers(agreement.layers);
  if (different > 0) throw modelDisagrees(different, values);
  const scoreOf = (outputs: ArrayLike<number>): BothScores["int8"] => {
    const { accuracy, macroF1, windows: count } = scoreOutputs(labels, windows, outputs);
    return { windows: count, accuracy, macroF1 };
  };
  return { float: scoreOf(floatOutputs(float, windows, onEvent)), int8: scoreOf(agreement.outputs) };
}

function partNetwork(
  { float, int8 }: CompiledModel,
  labels: readonly string[],
  train: WindowSet,
): GeneralNetwork {
  const { metadata } = int8;
  invariant(
    metadata !== null && metadata.inputQuantizer !== null,
    "a compiled network carries its front end",
  );
  const { inputQuantizer: quantizer, preprocessing } = metadata;
  const metric = headMetricOf(int8, train);
  invariant(metric !== null, "a network that parts has a head");
  return { labels, int8: { ...splitHead(int8), metric }, float: partFloat(float), quantizer, preprocessing };
}

/** Null where there is none that can be trusted, which only means running again. */
function readRecord(folder: string): GroupRecord | null {
  const text = readIfThere(path.join(folder, RUN_FILE))?.toString("utf8");
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as GroupRecord;
  } catch {
    return null;
  }
}

// The figures of a comparison, each once: what it is called, how it is got from a run, and how it is written.
import { type Metrics, macroMeans } from "../../evaluate/metrics.ts";
import type { Spread } from "../../evaluate/spread.ts";
import type { ComparedCore, CompiledCost } from "./costs.ts";
import type { RunFigures } from "./run.ts";

/** How a figure is written; scores are shares, points are hundredths of one. */
type Kind = "score" | "points" | "count" | "epochs" | "seconds";

export interface Column {
  readonly group: string;
  readonly title: string;
  readonly kind: Kind;
  /** Null where nothing is known, such as an estimate that cannot be made. */
  readonly of: (figures: RunFigures) => number | null;
}

const FLOAT = "float32";
const FLOAT_FILE = ".tflite float";
const INT8 = "int8";
const LOST = "int8 − float32, points";
const NETWORK = "network";
const TFLM = "TFLite Micro";
const TRAINING = "training";

const score = (group: string, title: string, of: Column["of"]): Column => ({
  group,
  title,
  kind: "score",
  of,
});
const points = (title: string, of: (metrics: Metrics) => number): Column => ({
  group: LOST,
  title,
  kind: "points",
  of: ({ accuracy }) => 100 * (of(accuracy.int8) - of(accuracy.float)),
});
const count = (group: string, title: string, of: Column["of"]): Column => ({
  group,
  title,
  kind: "count",
  of,
});
const compiled = (core: ComparedCore, title: string, of: (cost: CompiledCost) => number | null): Column =>
  count(CORE_TITLES[core], title, ({ engines }) => {
    const cost = engines.compiled[core];
    return cost === null ? null : of(cost);
  });

/** Of the network that goes on: after pruning and training for int8, where there is any. */
function validationAccuracy({ training }: RunFigures): number | null {
  const { pruning, aware, history, bestEpoch } = training;
  if (aware !== null) return aware.validation.after?.accuracy ?? null;
  return pruning === null
    ? history[bestEpoch - 1]!.validationAccuracy
    : (pruning.validation.after?.accuracy ?? null);
}

export const CORE_TITLES: Readonly<Record<ComparedCore, string>> = {
  "lx6 MAC16": "compiled, LX6 with MAC16 (ESP32)",
  rv32: "compiled, rv32imc (ESP32-C3)",
};

export const COLUMNS = {
  floatAccuracy: score(FLOAT, "accuracy", ({ accuracy }) => accuracy.float.accuracy),
  floatPrecision: score(FLOAT, "precision", ({ accuracy }) => macroMeans(accuracy.float).precision),
  floatRecall: score(FLOAT, "recall", ({ accuracy }) => macroMeans(accuracy.float).recall),
  floatF1: score(FLOAT, "macro F1", ({ accuracy }) => accuracy.float.macroF1),
  floatFileAccuracy: score(FLOAT_FILE, "accuracy", ({ accuracy }) => accuracy.floatFile.accuracy),
  floatFilePrecision: score(
    FLOAT_FILE,
    "precision",
    ({ accuracy }) => macroMeans(accuracy.floatFile).precision,
  ),
  floatFileRecall: score(FLOAT_FILE, "recall", ({ accuracy }) => macroMeans(accuracy.floatFile).recall),
  floatFileF1: score(FLOAT_FILE, "macro F1", ({ accuracy }) => accuracy.floatFile.macroF1),
  int8Accuracy: score(INT8, "accuracy", ({ accuracy }) => accuracy.int8.accuracy),
  int8Precision: score(INT8, "precision", ({ accuracy }) => macroMeans(accuracy.int8).precision),
  int8Recall: score(INT8, "recall", ({ accuracy }) => macroMeans(accuracy.int8).recall),
  int8F1: score(INT8, "macro F1", ({ accuracy }) => accuracy.int8.macroF1),
  accuracyPoints: points("accuracy", ({ accuracy }) => accuracy),
  f1Points: points("macro F1", ({ macroF1 }) => macroF1),
  parameters: count(NETWORK, "parameters", ({ model }) => model.parameters),
  macs: count(NETWORK, "MACs", ({ model }) => model.macs),
  bytes: count(NETWORK, "int8 .tflite, B", ({ model }) => model.bytes),
  floatBytes: count(NETWORK, "float .tflite, B", ({ model }) => model.floatBytes),
  tflmRam: count(TFLM, "arena, B, estimated", ({ engines }) => engines.tflmArenaBytes),
  tflmFlash: count(TFLM, "flash: model alone, B", ({ model }) => model.bytes),
  lx6Ram: compiled("lx6 MAC16", "RAM, B", ({ ramBytes }) => ramBytes),
  lx6Constants: compiled("lx6 MAC16", "flash: tables, B", ({ constantBytes }) => constantBytes),
  lx6Code: compiled("lx6 MAC16", "flash: code, B, estimated", ({ codeBytes }) => codeBytes),
  lx6Instructions: compiled("lx6 MAC16", "instructions, estimated", ({ instructions }) => instructions),
  rv32Ram: compiled("rv32", "RAM, B", ({ ramBytes }) => ramBytes),
  rv32Constants: compiled("rv32", "flash: tables, B", ({ constantBytes }) => constantBytes),
  rv32Code: compiled("rv32", "flash: code, B, estimated", ({ codeBytes }) => codeBytes),
  rv32Instructions: compiled("rv32", "instructions, estimated", ({ instructions }) => instructions),
  seconds: { group: TRAINING, title: "time", kind: "seconds", of: ({ training }) => training.seconds },
  windowsPerSecond: count(TRAINING, "windows/s", ({ training }) => training.windowsPerSecond),
  epochs: { group: TRAINING, title: "epochs", kind: "epochs", of: ({ training }) => training.history.length },
  bestEpoch: {
    group: TRAINING,
    title: "best epoch",
    kind: "epochs",
    of: ({ training }) => training.bestEpoch,
  },
  validationAccuracy: score(TRAINING, "validation accuracy", validationAccuracy),
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnId = keyof typeof COLUMNS;

export const COLUMN_IDS = Object.keys(COLUMNS) as ColumnId[];

/** The tables that people read, which together have every column once. */
export const TABLES = [
  { title: "Accuracy", groups: [INT8, LOST, FLOAT, FLOAT_FILE] },
  { title: "Size and work", groups: [NETWORK, TFLM, ...Object.values(CORE_TITLES)] },
  { title: "Training", groups: [TRAINING] },
] as const satisfies readonly { title: string; groups: readonly string[] }[];

export function columnsOf(group: string): ColumnId[] {
  return COLUMN_IDS.filter((id) => COLUMNS[id].group === group);
}

/** What stands where nothing is known. */
export const UNKNOWN = "—";

/**
 * Mean ± deviation. Of sizes the mean alone: they hardly depend on the weights.
 * @param scores shares as .8724, as docs/results.md has them, or as 87.24
 */
export function writeSpread(id: ColumnId, spread: Spread | null, scores: "shares" | "percent"): string {
  if (spread === null) return UNKNOWN;
  const { kind } = COLUMNS[id];
  const write = (value: number): string => writers[kind](value, scores);
  const { mean, deviation } = spread;
  if (deviation === null || kind === "count" || kind === "epochs") return write(mean);
  return `${write(mean)} ± ${kind === "points" ? deviation.toFixed(2) : write(deviation)}`;
}

const writers: Readonly<Record<Kind, (value: number, scores: "shares" | "percent") => string>> = {
  score: (value, scores) =>
    scores === "percent" ? (100 * value).toFixed(2) : value.toFixed(4).replace(/^0/, ""),
  points: (value) => {
    const text = Math.abs(value).toFixed(2);
    return text === "0.00" ? "0.00" : `${value < 0 ? "−" : "+"}${text}`;
  },
  count: (value) => Math.round(value).toLocaleString("en-US"),
  epochs: (value) => (Number.isInteger(value) ? String(value) : value.toFixed(1)),
  seconds: (value) => `${value.toFixed(value < 10 ? 1 : 0)} s`,
};

// A comparison as plain data: compare.json, the tables and the page are made from it.
import type { PreparedData } from "../../data/prepare.ts";
import { paretoFront } from "../../evaluate/pareto.ts";
import { type Spread, spreadOf } from "../../evaluate/spread.ts";
import type { Board } from "../../spec/board.ts";
import type { BandFile } from "../band-file.ts";
import { TOOL_VERSION } from "../resources.ts";
import { COLUMN_IDS, COLUMNS, type ColumnId } from "./columns.ts";
import type { Refusal, Run, RunFigures } from "./run.ts";

/** Raised where a reader of compare.json would have to know. */
const FORMAT = 1;

/** Above this mean loss of accuracy or macro F1, in points, a row is marked. */
export const MARKED_POINTS = 0.5;
/** What double arithmetic may add to a mean of shares, in points; a window among a million is more. */
const ROUNDING = 1e-9;

/** Holds no path and, but for how long training took, nothing that another machine would say otherwise. */
export interface ModelComparison {
  readonly format: typeof FORMAT;
  readonly tool: string;
  readonly name: string;
  readonly protocol: Protocol;
  /** Best int8 macro F1 first; what was refused at the end. */
  readonly models: readonly ComparedModel[];
}

export interface Protocol {
  readonly board: string;
  readonly engine: string;
  readonly labels: readonly string[];
  readonly window: BandFile["band"]["window"] & { readonly rateHz: number };
  readonly filters: BandFile["band"]["filters"];
  readonly balance: string;
  readonly train: BandFile["band"]["train"];
  readonly prune: NonNullable<BandFile["band"]["prune"]> | null;
  readonly quantize: BandFile["band"]["quantize"];
  /** The split may draw other people with another seed. */
  readonly draws: readonly Draw[];
}

interface Draw {
  readonly seed: number;
  readonly fingerprint: string;
  readonly split: string;
  readonly leaking: boolean;
  readonly windows: PreparedData["info"]["windows"];
  readonly notes: readonly string[];
}

export interface ComparedModel {
  readonly id: string;
  readonly title: string;
  /** That band.yaml sets instead of the model's own. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly result: ComparedResult | RefusedResult;
}

export interface ComparedResult {
  readonly kind: "compared";
  /** Null where a run of it knows nothing. */
  readonly figures: Readonly<Record<ColumnId, Spread | null>>;
  /** Int8 costs more than MARKED_POINTS of accuracy or macro F1. */
  readonly isMarked: boolean;
  /** Nobody is as accurate in int8 for less of that. */
  readonly front: Readonly<Record<CostId, boolean>>;
  /** Of int8, over all seeds: [true class][predicted class], window counts. */
  readonly confusion: readonly (readonly number[])[];
  /** Of int8, a class, from `confusion`; null where it was not tested. */
  readonly recall: readonly (number | null)[];
  readonly runs: readonly ({ readonly seed: number } & RunFigures)[];
}

/** A row without figures: one seed of it was refused, and means over the others would flatter it. */
export interface RefusedResult extends Refusal {
  readonly kind: "refused";
  /** The first that was refused. */
  readonly seed: number;
}

/** What accuracy is drawn against. */
export const COSTS = ["bytes", "lx6Instructions"] as const satisfies readonly ColumnId[];
type CostId = (typeof COSTS)[number];

/** One model's runs, in the order of the seeds. */
export interface ModelRuns extends Pick<ComparedModel, "id" | "title" | "parameters"> {
  readonly runs: readonly { readonly seed: number; readonly run: Run }[];
}

export function makeComparison(
  { band, name }: Pick<BandFile, "band" | "name">,
  board: Board,
  data: ReadonlyMap<number, PreparedData>,
  models: readonly ModelRuns[],
): ModelComparison {
  const [{ labels }] = [...data.values()] as [PreparedData, ...PreparedData[]];
  const { train, prune = null, quantize, window, sensor, engine, filters, balance } = band;
  return {
    format: FORMAT,
    tool: `bandsmith ${TOOL_VERSION}`,
    name,
    protocol: {
      board: board.id,
      engine,
      labels,
      window: { ...window, rateHz: sensor.rateHz },
      filters,
      balance,
      train,
      prune,
      quantize,
      draws: [...data].map(([seed, { fingerprint, split, info }]) => ({
        seed,
        fingerprint,
        split: split.description,
        leaking: split.leaking,
        windows: info.windows,
        notes: info.notes,
      })),
    },
    models: withFronts(models.map(compareRuns)).toSorted((a, b) => scoreOf(b) - scoreOf(a)),
  };
}

function scoreOf({ result }: ComparedModel): number {
  return result.kind === "compared" ? result.figures.int8F1!.mean : Number.NEGATIVE_INFINITY;
}

function compareRuns({ runs: all, ...model }: ModelRuns): ComparedModel {
  const runs: ComparedResult["runs"][number][] = [];
  for (const { seed, run } of all) {
    if (run.kind === "refused") return { ...model, result: { ...run, seed } };
    runs.push({ seed, ...run.figures });
  }
  const figures = Object.fromEntries(
    COLUMN_IDS.map((id) => [id, overRuns(id, runs)]),
  ) as ComparedResult["figures"];
  const confusion = pooled(runs.map(({ accuracy }) => accuracy.int8.confusion));
  const isLost = (spread: Spread | null): boolean =>
    spread !== null && spread.mean < -MARKED_POINTS - ROUNDING;
  return {
    ...model,
    result: {
      kind: "compared",
      figures,
      isMarked: isLost(figures.accuracyPoints) || isLost(figures.f1Points),
      front: { bytes: false, lx6Instructions: false },
      confusion,
      recall: confusion.map((row, label) => {
        const windows = row.reduce((sum, count) => sum + count, 0);
        return windows === 0 ? null : row[label]! / windows;
      }),
      runs,
    },
  };
}

function overRuns(id: ColumnId, runs: readonly RunFigures[]): Spread | null {
  const values = runs.map((run) => COLUMNS[id].of(run));
  return values.every((value) => value !== null) ? spreadOf(values) : null;
}

/** Sums of matrices of one shape. */
function pooled(matrices: readonly (readonly (readonly number[])[])[]): number[][] {
  const [first = []] = matrices;
  return first.map((row, t) => row.map((_, p) => matrices.reduce((sum, matrix) => sum + matrix[t]![p]!, 0)));
}

/** What is not known to cost anything is on no front. */
function withFronts(models: readonly ComparedModel[]): ComparedModel[] {
  const fronts = COSTS.map((id) => {
    const priced = models.flatMap(({ id: name, result }) => {
      const cost = result.kind === "compared" ? result.figures[id] : null;
      return cost === null || result.kind !== "compared"
        ? []
        : [{ name, cost: cost.mean, gain: result.figures.int8Accuracy!.mean }];
    });
    const isFront = paretoFront(priced);
    return [id, new Set(priced.filter((_, i) => isFront[i]).map(({ name }) => name))] as const;
  });
  return models.map((model) => {
    if (model.result.kind === "refused") return model;
    const front = Object.fromEntries(fronts.map(([id, names]) => [id, names.has(model.id)]));
    return { ...model, result: { ...model.result, front: front as ComparedResult["front"] } };
  });
}

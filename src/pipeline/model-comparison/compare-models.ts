// Several models under one protocol: the same recordings, people, windows and settings for each, and a table of all.
//
//   band.yaml, --models, --seeds ─1─▶ protocol ─▶ for each seed ─2─▶ windows ─▶ for each model ─3─▶ run, remembered
//                       compare.json, compare.md, compare.csv, report.html ◀─5─ comparison ◀─4─ all runs
import path from "node:path";
import type { PreparedData } from "../../data/prepare.ts";
import { type BandFile, loadBandFile } from "../band-file.ts";
import { loadBoard } from "../board-file.ts";
import type { OnEvent } from "../events.ts";
import { checkWritable, writeWhole } from "../files.ts";
import { prepareWindows } from "../windows.ts";
import { type ModelComparison, type ModelRuns, makeComparison } from "./comparison.ts";
import { type ListedModel, listModels, listSeeds } from "./lists.ts";
import { comparisonPage } from "./page.ts";
import { type Run, runModel } from "./run.ts";
import { comparisonCsv, comparisonMarkdown } from "./text-tables.ts";

export interface CompareOptions {
  readonly bandFile: string;
  /** Ids and paths, separated by commas; "all" for every model that ships. */
  readonly models: string;
  /** Separated by commas; default: the band file's. */
  readonly seeds: string | undefined;
  /** Recordings in place of the band file's, from the working directory. */
  readonly data: string | undefined;
  /** Default: compare/ in the band's output folder. */
  readonly output: string | undefined;
  /** Train and score again even if nothing has changed. */
  readonly fresh: boolean;
  readonly onEvent: OnEvent;
}

export interface CompareResult {
  readonly comparison: ModelComparison;
  readonly outDir: string;
  /** Names in `outDir`. */
  readonly files: readonly string[];
}

const RUNS_FOLDER = "runs";

/** @throws UserError for every mistake that is a person's; a model that does not fit is a row that says so */
export async function compareModels(options: CompareOptions): Promise<CompareResult> {
  const { fresh, onEvent } = options;
  // 1. The protocol, and whom it is for.
  const file = protocolOf(options);
  const models = listModels(options.models, file);
  const seeds = listSeeds(options.seeds, file.band.seed);
  const board = loadBoard(file.band.board, file.whereIs("board"));
  const outDir =
    options.output === undefined ? path.join(file.outDir, "compare") : path.resolve(options.output);
  checkWritable(outDir);
  const step = counter(seeds.length * (models.length + 1), onEvent);

  const data = new Map<number, PreparedData>();
  const runs = new Map<ListedModel, { seed: number; run: Run }[]>(models.map((model) => [model, []]));
  for (const seed of seeds) {
    // 2. Windows: the seed may draw other people.
    const seeded = { ...file, band: { ...file.band, seed } };
    step(`recordings of ${file.band.data.path}, seed ${seed}`);
    const prepared = await prepareWindows(seeded, onEvent);
    data.set(seed, prepared);
    // 3. Runs, each on disk when it ends.
    for (const [model, own] of runs) {
      step(`${model.spec.id}, seed ${seed}`);
      const run = await runModel(runFile(seeded, model, outDir), board, prepared, fresh, onEvent);
      own.push({ seed, run });
    }
  }
  // 4. What they say together.
  const comparison = makeComparison(file, board, data, [...runs].map(modelRuns));
  // 5. For people and for scripts.
  const files = await writeComparison(outDir, comparison);
  return { comparison, outDir, files };
}

/** band.yaml, with other recordings where they are given. */
function protocolOf({ bandFile, data }: Pick<CompareOptions, "bandFile" | "data">): BandFile {
  const file = loadBandFile(bandFile);
  if (data === undefined) return file;
  // From band.yaml's folder, as if it stood there.
  const location = path.relative(file.baseDir, path.resolve(data)) || ".";
  return { ...file, band: { ...file.band, data: { ...file.band.data, path: location } } };
}

function runFile(file: BandFile, { spec, use, parameters }: ListedModel, outDir: string): BandFile {
  return {
    ...file,
    band: { ...file.band, model: { use, parameters } },
    outDir: path.join(outDir, RUNS_FOLDER, spec.id, `seed-${file.band.seed}`),
  };
}

function modelRuns([{ spec, parameters }, runs]: readonly [ListedModel, ModelRuns["runs"]]): ModelRuns {
  return { id: spec.id, title: spec.title, parameters, runs };
}

async function writeComparison(outDir: string, comparison: ModelComparison): Promise<string[]> {
  const files = new Map([
    ["compare.json", `${JSON.stringify(comparison, null, 2)}\n`],
    ["compare.csv", comparisonCsv(comparison)],
    ["compare.md", comparisonMarkdown(comparison)],
    ["report.html", await comparisonPage(comparison)],
  ]);
  for (const [name, text] of files) writeWhole(path.join(outDir, name), text);
  return [...files.keys()];
}

function counter(of: number, onEvent: OnEvent): (title: string) => void {
  let number = 0;
  return (title) => {
    number++;
    onEvent({ kind: "step", number, of, title });
  };
}

// From a data path to recordings in g and deg/s, with their units settled and checked.
import { setImmediate } from "node:timers/promises";
import type { DataSpec, Units } from "../spec/band.ts";
import { dataNoFiles, dataNoSession, dataUnitsConflict, dataUnitsMissing } from "../util/messages.ts";
import { type DatasetCard, readDatasetCard } from "./dataset-card.ts";
import { openDiskSource } from "./disk-source.ts";
import { DATASET_LOADERS } from "./formats/index.ts";
import type { DatasetLoader } from "./formats/loader.ts";
import { type Recording, UNLABELLED } from "./recording.ts";
import { checkUnits } from "./rest.ts";
import { sessionMatcher } from "./sessions.ts";
import type { DataSource } from "./source.ts";
import { describeUnits, sameUnits, unitFactors } from "./units.ts";

export interface LoadedDataset {
  /** The data path as the person wrote it. */
  readonly path: string;
  readonly title: string;
  readonly card: DatasetCard | null;
  readonly units: Units;
  readonly recordings: readonly Recording[];
  /** Recorded label to readable name; labels that are not listed are their own name. */
  readonly labelNames: Readonly<Record<string, string>>;
  readonly files: number;
  /** CSV files beside the recordings that were not read as recordings. */
  readonly ignoredFiles: readonly string[];
}

export interface LoadProgress {
  readonly stage: "load";
  readonly done: number;
  readonly total: number;
}

/**
 * Reads every file of `spec.path`.
 * @param baseDir the folder that `spec.path` is relative to
 * @throws UserError file/not-found and data/*: see docs/bad-input.md
 */
export async function loadDataset(
  spec: DataSpec,
  baseDir: string,
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<LoadedDataset> {
  return loadFromSource(openDiskSource(spec.path, baseDir), spec, onProgress);
}

export async function loadFromSource(
  source: DataSource,
  spec: DataSpec,
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<LoadedDataset> {
  const loader = DATASET_LOADERS[spec.format];
  const files = selectFiles(source, loader);
  const card = readDatasetCard(source);
  const units = settleUnits(source.path, loader, card, spec.units);
  const recordings: Recording[] = [];
  const context = { source, files, factors: unitFactors(units), repeatedStamps: spec.repeatedStamps };
  onProgress({ stage: "load", done: 0, total: files.length });
  for (const part of loader.load(context)) {
    if (spec.gravityCheck) checkUnits(part.recordings, units);
    for (const recording of part.recordings) recordings.push(hideUnlabelled(recording, card));
    onProgress({ stage: "load", done: part.filesDone, total: files.length });
    // Lets a terminal redraw and Ctrl-C through between two files.
    await setImmediate();
  }
  if (recordings.length === 0) throw dataNoFiles(source.path, loader.expects);
  const wanted = spec.sessions === undefined ? recordings : selectSessions(recordings, spec.sessions);
  const ignoredFiles = source.files.filter((file) => /\.csv(\.gz)?$/.test(file) && !files.includes(file));
  return {
    path: source.path,
    title: card?.name ?? loader.title,
    card,
    units,
    recordings: wanted,
    labelNames: { ...loader.labelNames(source), ...card?.labels },
    files: files.length,
    ignoredFiles,
  };
}

/** The files that make up the data set. @throws UserError data/no-files */
export function selectFiles(source: DataSource, loader: DatasetLoader): readonly string[] {
  const files = loader.selectFiles(source.files);
  if (files.length === 0) throw dataNoFiles(source.path, loader.expects);
  return files;
}

/** @throws UserError data/no-session */
function selectSessions(recordings: readonly Recording[], pattern: string): Recording[] {
  const isWanted = sessionMatcher(pattern);
  const wanted = recordings.filter(({ session }) => isWanted(session));
  if (wanted.length === 0)
    throw dataNoSession(pattern, [...new Set(recordings.map(({ session }) => session))]);
  return wanted;
}

/** Units are declared once: by the format, by dataset.yaml or by band.yaml; two declarations must agree. */
function settleUnits(
  path: string,
  loader: DatasetLoader,
  card: DatasetCard | null,
  inBand: Units | undefined,
): Units {
  const declared = loader.units ?? card?.units;
  if (declared === undefined && inBand === undefined) throw dataUnitsMissing(path);
  if (declared !== undefined && inBand !== undefined && !sameUnits(declared, inBand)) {
    throw dataUnitsConflict(path, describeUnits(inBand), describeUnits(declared));
  }
  return (declared ?? inBand)!;
}

function hideUnlabelled(recording: Recording, card: DatasetCard | null): Recording {
  if (card === null || card.unlabelled.length === 0) return recording;
  const labelNames = recording.labelNames.map((label) =>
    card.unlabelled.includes(label) ? UNLABELLED : label,
  );
  return { ...recording, labelNames };
}

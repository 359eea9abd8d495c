// What --models and --seeds name, checked before anything is read or trained.
import type { ModelSpec } from "../../spec/model.ts";
import {
  badSeeds,
  modelListedTwice,
  noModelsToCompare,
  seedListedTwice,
  unknownListedModel,
} from "../../util/messages.ts";
import type { BandFile } from "../band-file.ts";
import { modelIds, modelPath, readModel } from "../model-file.ts";
import { isSeed } from "../option-values.ts";

/** Stands for every model that ships. */
const ALL = "all";

export interface ListedModel {
  readonly spec: ModelSpec;
  /** As band.yaml would name it: an id, or an absolute path. */
  readonly use: string;
  /** Instead of the model's own. */
  readonly parameters: Readonly<Record<string, number>>;
}

/**
 * Models in the order of the list. A parameter that band.yaml sets is for the model that it names, so that this model is
 * the one that `build` makes; the others keep their own.
 * @throws UserError compare/no-models, compare/model-twice, model/unknown, model/bad-file
 */
export function listModels(
  list: string,
  { band, baseDir }: Pick<BandFile, "band" | "baseDir">,
): ListedModel[] {
  const names = split(list).flatMap((name) => (name === ALL ? modelIds() : [name]));
  if (names.length === 0) throw noModelsToCompare();
  const nameOf = new Map<string, string>();
  return names.map((name) => {
    const spec = readModel(name, process.cwd());
    if (spec === null) throw unknownListedModel(name, modelIds());
    // Rows, folders and columns are told apart by the id, on file systems that ignore case as well.
    const other = nameOf.get(spec.id.toLowerCase());
    if (other !== undefined) throw modelListedTwice(spec.id, other, name);
    nameOf.set(spec.id.toLowerCase(), name);
    const file = modelPath(name, process.cwd());
    const isBands = file === modelPath(band.model.use, baseDir);
    const use = modelIds().includes(name) ? name : file;
    return { spec, use, parameters: isBands ? band.model.parameters : {} };
  });
}

/**
 * @param fallback where no list is given
 * @throws UserError compare/bad-seeds, compare/seed-twice
 */
export function listSeeds(list: string | undefined, fallback: number): number[] {
  if (list === undefined) return [fallback];
  const texts = split(list);
  if (texts.length === 0) throw badSeeds(list);
  const seeds = texts.map((text) => {
    if (!/^\d+$/.test(text) || !isSeed(Number(text))) throw badSeeds(text);
    return Number(text);
  });
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (twice !== undefined) throw seedListedTwice(twice);
  return seeds;
}

function split(list: string): string[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

// Messages of compare, which trains several models under one protocol.
import { UserError } from "../errors.ts";

const SEVERAL =
  "Separate models by commas, for example --models bandx-cnn,lstm,./mine.yaml; all means every one that ships.";

export const noModelsToCompare = (): UserError =>
  new UserError("compare/no-models", "--models names no model to compare.", SEVERAL);

export const unknownListedModel = (found: string, known: readonly string[]): UserError =>
  new UserError(
    "model/unknown",
    `--models: "${found}" is neither a model that ships nor a file that is there.`,
    `Models that ship: ${known.join(", ")}. The path of your own YAML starts at the working directory.`,
  );

export const modelListedTwice = (id: string, first: string, second: string): UserError =>
  new UserError(
    "compare/model-twice",
    first === second
      ? `--models names "${first}" twice.`
      : `--models: "${first}" and "${second}" are both called ${id}.`,
    "Name each model once; a file of your own needs an `id` of its own.",
  );

export const badSeeds = (found: string): UserError =>
  new UserError(
    "compare/bad-seeds",
    `--seeds: found "${found}", expected whole numbers from 0 to 4294967295, separated by commas.`,
    "Write for example --seeds 1,2,3, or leave it out to use the seed of band.yaml.",
  );

export const seedListedTwice = (seed: number): UserError =>
  new UserError(
    "compare/seed-twice",
    `--seeds names ${seed} twice.`,
    "One seed gives one result: name each once, so that none counts double.",
  );

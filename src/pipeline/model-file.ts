// Finding a model: an id of models/, or the path of a person's own YAML.
import path from "node:path";
import { parseDocument } from "yaml";
import {
  type ModelDimensions,
  type ModelSpec,
  parseModel,
  type ResolvedModel,
  resolveModel,
} from "../spec/model.ts";
import { modelBadFile, unknownModel } from "../util/messages.ts";
import type { BandFile } from "./band-file.ts";
import { readIfThere } from "./files.ts";
import { idsIn, PACKAGE_ROOT } from "./resources.ts";

type ModelSource = Pick<BandFile, "band" | "baseDir" | "whereIs">;

/** @throws UserError model/unknown, model/bad-file */
export function loadModel({ band, baseDir, whereIs }: ModelSource): ModelSpec {
  const { use } = band.model;
  const spec = readModel(use, baseDir);
  if (spec === null) throw unknownModel(whereIs("model"), use, modelIds());
  return spec;
}

/** The models that ship. */
export function modelIds(): string[] {
  return idsIn("models", ".yaml");
}

/** The file that an id, or a path from `baseDir`, names. */
export function modelPath(use: string, baseDir: string): string {
  return modelIds().includes(use)
    ? path.join(PACKAGE_ROOT, "models", `${use}.yaml`)
    : path.resolve(baseDir, use);
}

/**
 * Null where there is neither a model of that id nor a file at that path.
 * @throws UserError model/bad-file
 */
export function readModel(use: string, baseDir: string): ModelSpec | null {
  const bytes = readIfThere(modelPath(use, baseDir));
  if (bytes === null) return null;
  const document = parseDocument(bytes.toString("utf8"));
  const [syntax] = document.errors;
  if (syntax !== undefined) throw modelBadFile(use, "", syntax.message.split("\n")[0]!);
  return parseModel(document.toJS(), use);
}

export function resolveBandModel(file: ModelSource, dimensions: ModelDimensions): ResolvedModel {
  return resolveModel(loadModel(file), file.band.model.parameters, dimensions);
}

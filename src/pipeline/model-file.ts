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
  const ids = idsIn("models", ".yaml");
  const file = ids.includes(use)
    ? path.join(PACKAGE_ROOT, "models", `${use}.yaml`)
    : path.resolve(baseDir, use);
  const bytes = readIfThere(file);
  if (bytes === null) throw unknownModel(whereIs("model"), use, ids);
  const document = parseDocument(bytes.toString("utf8"));
  const [syntax] = document.errors;
  if (syntax !== undefined) throw modelBadFile(use, "", syntax.message.split("\n")[0]!);
  return parseModel(document.toJS(), use);
}

export function resolveBandModel(file: ModelSource, dimensions: ModelDimensions): ResolvedModel {
  return resolveModel(loadModel(file), file.band.model.parameters, dimensions);
}

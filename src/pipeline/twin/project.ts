// A generated project on disk, read for the twin.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Graph } from "../../ir/graph.ts";
import { type Manifest, manifestSchema } from "../../spec/manifest.ts";
import { readTflite } from "../../tflite/read.ts";
import { sha256 } from "../../util/hash.ts";
import { projectBadManifest, projectNotFound, projectOtherModel } from "../../util/messages.ts";
import { loadBandFile } from "../band-file.ts";
import { readNeeded } from "../files.ts";
import { MODEL_FILE, PROJECT_FOLDER } from "../layout.ts";

const MANIFEST_FILE = "bandsmith.json";

export interface TwinProject {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly graph: Graph;
  /** What the host's build may need: paths relative to the folder, and their text. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * @param where a project's folder, a build's folder, or the band.yaml that was built
 * @throws UserError project/not-found, project/bad-manifest, project/other-model, tflite/…
 */
export function readTwinProject(where: string): TwinProject {
  const folder = locate(where);
  const manifest = readManifest(path.join(folder, MANIFEST_FILE));
  const bytes = readNeeded(path.join(folder, MODEL_FILE), "The project's model");
  const hash = sha256(bytes).slice(0, manifest.model.length);
  if (hash !== manifest.model) throw projectOtherModel(folder, manifest.model, hash);
  return {
    folder,
    manifest,
    graph: readTflite(bytes, path.join(folder, MODEL_FILE)),
    sources: readSources(folder),
  };
}

function locate(where: string): string {
  const isFile = statSync(where, { throwIfNoEntry: false })?.isFile() === true;
  const start = isFile && /\.ya?ml$/.test(where) ? loadBandFile(where, { seed: undefined }).outDir : where;
  const found = [start, path.join(start, PROJECT_FOLDER)].find((folder) =>
    existsSync(path.join(folder, MANIFEST_FILE)),
  );
  if (found === undefined) throw projectNotFound(where, MANIFEST_FILE);
  return found;
}

function readManifest(file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(readNeeded(file, "The project's manifest").toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw projectBadManifest(file, error.message);
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw projectBadManifest(file, `${issue!.path.join(".")}: ${issue!.message}`);
}

/** C++ alone, and none of what PlatformIO has fetched or built. */
function readSources(folder: string): ReadonlyMap<string, string> {
  const roots = ["include", "src", "lib"].filter((root) => existsSync(path.join(folder, root)));
  const files = roots.flatMap((root) =>
    readdirSync(path.join(folder, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(h|cpp)$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return new Map(
    files
      .map(
        (file) =>
          [path.relative(folder, file).replaceAll(path.sep, "/"), readFileSync(file, "utf8")] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

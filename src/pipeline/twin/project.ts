// A generated project on disk, read for the twin.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Graph, tensorOf } from "../../ir/graph.ts";
import { type Manifest, manifestSchema } from "../../spec/manifest.ts";
import { readTflite } from "../../tflite/read.ts";
import { sha256 } from "../../util/hash.ts";
import {
  projectBadManifest,
  projectBadModel,
  projectNotFound,
  projectOtherModel,
} from "../../util/messages.ts";
import { readNeeded } from "../files.ts";
import { MODEL_FILE } from "../layout.ts";
import { projectPlaces } from "../project-places.ts";

const MANIFEST_FILE = "bandsmith.json";

export interface TwinProject {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly graph: Graph;
  /** SHA-256 of the model's file. */
  readonly modelHash: Uint8Array;
  /** What the host's build may need: paths relative to the folder, and their text. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * @param where a project's folder, a build's folder, or a band.yaml that was built, or its folder
 * @throws UserError project/not-found, project/bad-manifest, project/other-model, project/bad-model, tflite/…
 */
export function readTwinProject(where: string): TwinProject {
  const { candidates, bandFile } = projectPlaces(where);
  const folder = candidates.find((one) => existsSync(path.join(one, MANIFEST_FILE)));
  if (folder === undefined)
    throw projectNotFound(path.normalize(candidates.at(-1)!), MANIFEST_FILE, bandFile);
  const manifest = readManifest(path.join(folder, MANIFEST_FILE));
  return { folder, manifest, ...readModel(folder, manifest), sources: readSources(folder) };
}

function readManifest(file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(readNeeded(file, "The project's manifest").toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw projectBadManifest(file, "", error.message);
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw projectBadManifest(file, issue!.path.join("."), issue!.message);
}

function readModel(folder: string, manifest: Manifest): Pick<TwinProject, "graph" | "modelHash"> {
  const file = path.join(folder, MODEL_FILE);
  const bytes = readNeeded(file, "The project's model");
  const digest = sha256(bytes);
  const hash = digest.slice(0, manifest.model.length);
  if (hash !== manifest.model) throw projectOtherModel(folder, manifest.model, hash);
  const graph = readTflite(bytes, file);
  const { dtype } = tensorOf(graph, graph.input);
  if (dtype !== "int8") throw projectBadModel(file, `it takes ${dtype} input`);
  if (graph.metadata === null) throw projectBadModel(file, "it does not say how recordings become its input");
  return { graph, modelHash: new Uint8Array(Buffer.from(digest, "hex")) };
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

// Which files of a project to write: unchanged ones are left alone, a person's edits are respected.
import { sha256 } from "../util/hash.ts";
import type { FileTree } from "./file-tree.ts";

/** Kept in the project: what the last generation left there. */
export const MANIFEST_FILE = ".bandsmith-manifest.json";

const FORMAT = 1;

/** Path to SHA-256 of what was generated. */
export type Manifest = ReadonlyMap<string, string>;

type WriteAction = "write" | "unchanged" | "userEdited" | "delete";

interface PlannedFile {
  readonly path: string;
  readonly action: WriteAction;
}

export interface WritePlan {
  /** Sorted by path: the tree's files and the ones that it no longer has. */
  readonly files: readonly PlannedFile[];
  /** Text of the manifest to write once the files are written. */
  readonly manifest: string;
}

/**
 * Plans a generation over an existing project.
 * @param hashOf SHA-256 of the file that is there, or null
 * @param previous the manifest that is there, or an empty one
 * @param force write over edited files as well
 */
export function planProject(
  tree: FileTree,
  hashOf: (path: string) => string | null,
  previous: Manifest,
  force: boolean,
): WritePlan {
  const files: PlannedFile[] = [];
  const next = new Map<string, string>();
  for (const [path, content] of tree) {
    const wanted = sha256(content);
    const found = hashOf(path);
    const generated = previous.get(path);
    if (found === wanted) files.push({ path, action: "unchanged" });
    else if (found === null || found === generated || force) files.push({ path, action: "write" });
    else {
      files.push({ path, action: "userEdited" });
      // The next generation must still see that this is not what was generated.
      if (generated !== undefined) next.set(path, generated);
      continue;
    }
    next.set(path, wanted);
  }
  for (const [path, generated] of previous) {
    if (tree.has(path)) continue;
    const found = hashOf(path);
    if (found === null) continue;
    if (found === generated || force) files.push({ path, action: "delete" });
    else {
      files.push({ path, action: "userEdited" });
      next.set(path, generated);
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, manifest: printManifest(next) };
}

function printManifest(manifest: Manifest): string {
  const files = Object.fromEntries([...manifest].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format: FORMAT, files }, null, 2)}\n`;
}

/** Reads a manifest; one that is absent or damaged knows nothing, so that every existing file counts as edited. */
export function readManifest(text: string | null): Manifest {
  if (text === null) return new Map();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return new Map();
  }
  const { format, files } = (parsed ?? {}) as { format?: unknown; files?: unknown };
  if (format !== FORMAT || typeof files !== "object" || files === null) return new Map();
  // A path that climbs out of the project is nothing that was generated, and must never be deleted.
  return new Map(
    Object.entries(files).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && isInside(entry[0]),
    ),
  );
}

function isInside(path: string): boolean {
  return !path.startsWith("/") && !/^[A-Za-z]:|\\/.test(path) && !path.split("/").includes("..");
}

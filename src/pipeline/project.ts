// A generated tree to disk: unchanged files are not touched, a person's edits are kept.
import { rmSync } from "node:fs";
import path from "node:path";
import type { FileTree } from "../codegen/file-tree.ts";
import { MANIFEST_FILE, planProject, readManifest } from "../codegen/project-diff.ts";
import { sha256 } from "../util/hash.ts";
import { readIfThere, writeWhole } from "./files.ts";

export interface ProjectChanges {
  readonly written: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Edited by a person since they were generated, and left alone. */
  readonly kept: readonly string[];
}

/** @param force overwrite edited files too */
export function writeProject(folder: string, tree: FileTree, force: boolean): ProjectChanges {
  const manifestPath = path.join(folder, MANIFEST_FILE);
  const previous = readManifest(readIfThere(manifestPath)?.toString("utf8") ?? null);
  const hashOf = (file: string): string | null => {
    const bytes = readIfThere(path.join(folder, file));
    return bytes === null ? null : sha256(bytes);
  };
  const plan = planProject(tree, hashOf, previous, force);
  const having = (action: string): string[] =>
    plan.files.filter((file) => file.action === action).map((file) => file.path);
  for (const file of having("write")) writeWhole(path.join(folder, file), tree.get(file)!);
  for (const file of having("delete")) rmSync(path.join(folder, file));
  writeWhole(manifestPath, plan.manifest);
  return {
    written: having("write").length,
    unchanged: having("unchanged").length,
    deleted: having("delete").length,
    kept: having("userEdited"),
  };
}

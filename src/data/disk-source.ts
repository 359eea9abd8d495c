// A data path on disk as a DataSource.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileNotFound } from "../util/messages.ts";
import { decodeFile } from "./file-text.ts";
import type { DataSource } from "./source.ts";

/** Published sets nest at most this deep (UCI HAR: train/Inertial Signals/). */
const MAX_DEPTH = 3;

/**
 * Opens a folder, or the one file that `path` names together with a dataset.yaml beside it.
 * @param path relative to `baseDir`, or absolute
 * @throws UserError file/not-found
 */
export function openDiskSource(path: string, baseDir: string): DataSource {
  const full = resolve(baseDir, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) throw fileNotFound(path, "The recordings");
  const root = stat.isDirectory() ? full : dirname(full);
  const files = stat.isDirectory() ? listFiles(root) : filesBeside(root, basename(full));
  const bytes = (file: string): Uint8Array => readFileSync(join(root, file));
  return { path, files, bytes, text: (file) => decodeFile(file, bytes(file)) };
}

function filesBeside(root: string, file: string): string[] {
  return readdirSync(root).filter((name) => name === file || name === "dataset.yaml");
}

function listFiles(root: string, folder = "", depth = 0): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith(".")) continue;
    const name = folder + entry.name;
    if (entry.isFile() || entry.isSymbolicLink()) found.push(name);
    else if (entry.isDirectory() && depth < MAX_DEPTH) {
      found.push(...listFiles(root, `${name}/`, depth + 1));
    }
  }
  return depth === 0 ? found.sort() : found;
}

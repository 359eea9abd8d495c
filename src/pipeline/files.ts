// Reading and writing that leaves nothing half-written: a temporary neighbour first, then a rename.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileIsFolder, fileNotFound, fileUnreadable, fileUnwritable } from "../util/messages.ts";

/** Writes a file whole or not at all, making its folder. Leaves a file of equal content alone. */
export function writeWhole(file: string, content: string | Uint8Array): "written" | "unchanged" {
  const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
  if (readIfThere(file)?.equals(bytes) === true) return "unchanged";
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } catch (error) {
    removeIfThere(temporary);
    throw fileUnwritable(path.relative(process.cwd(), file), error);
  }
  return "written";
}

/** Makes nothing: looks whether a folder is there to be written into, or could be made. @throws UserError file/unwritable */
export function checkWritable(folder: string): void {
  let nearest = path.resolve(folder);
  while (!existsSync(nearest)) nearest = path.dirname(nearest);
  try {
    // The dot refuses what is no folder.
    accessSync(`${nearest}${path.sep}.`, constants.W_OK);
  } catch (error) {
    throw fileUnwritable(path.relative(process.cwd(), folder), error);
  }
}

export function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw fileUnreadable(path.relative(process.cwd(), file), error);
  }
}

/** @throws UserError file/not-found */
export function readNeeded(file: string, what: string): Buffer {
  const bytes = readIfThere(file);
  const shown = path.relative(process.cwd(), file) || file;
  if (bytes === null && existsSync(file)) throw fileIsFolder(shown, what);
  if (bytes === null) throw fileNotFound(shown, what);
  return bytes;
}

/** The first failure is the one worth telling: a folder that is not one has nothing in it to remove. */
function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

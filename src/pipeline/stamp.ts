// What the last build made and from what, so that an unchanged build is recognised without doing it again.
import path from "node:path";
import { sha256 } from "../util/hash.ts";
import { readIfThere, writeWhole } from "./files.ts";

const STAMP_FILE = ".bandsmith-build.json";

interface Stamp {
  /** Identity of every input of the build. */
  readonly key: string;
  /** Path below the output folder to the SHA-256 of its content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Whether the last build had the same inputs and every file that it left is still as it was. */
export function isUpToDate(outDir: string, key: string): boolean {
  const text = readIfThere(path.join(outDir, STAMP_FILE))?.toString("utf8");
  if (text === undefined) return false;
  let stamp: Stamp;
  try {
    stamp = JSON.parse(text) as Stamp;
  } catch {
    return false; // A damaged stamp only means building again.
  }
  return (
    stamp.key === key && Object.entries(stamp.files).every(([file, hash]) => hashOf(outDir, file) === hash)
  );
}

/** Records the files as they now are on disk, a person's edits included. */
export function writeStamp(outDir: string, key: string, files: readonly string[]): void {
  const hashes = Object.fromEntries(files.toSorted().map((file) => [file, hashOf(outDir, file)]));
  writeWhole(path.join(outDir, STAMP_FILE), `${JSON.stringify({ key, files: hashes }, null, 2)}\n`);
}

function hashOf(outDir: string, file: string): string | null {
  const bytes = readIfThere(path.join(outDir, file));
  return bytes === null ? null : sha256(bytes);
}

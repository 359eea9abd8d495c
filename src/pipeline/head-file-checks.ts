// A head file and the project that it is for: what the band will check is checked before it is sent.
import { type DecodedHeadFile, decodeHeadFile, outputsCrcOf } from "../personalize/head-file.ts";
import type { Manifest } from "../spec/manifest.ts";
import {
  bandWithoutHead,
  bandWithoutKey,
  headFileBad,
  headFileOtherKey,
  headFileOtherModel,
} from "../util/messages.ts";
import { readNeeded } from "./files.ts";
import { isSignedBy } from "./head-keys.ts";

export interface HeadForBand extends DecodedHeadFile {
  readonly bytes: Uint8Array;
}

/**
 * @param manifest of the project, whose bandsmith.json says what its firmware knows
 * @throws UserError file/…, head-file/…, update/…
 */
export function readHeadFor(file: string, manifest: Pick<Manifest, "model" | "head" | "name">): HeadForBand {
  const bytes = new Uint8Array(readNeeded(file, "The head"));
  const head = decodeHeadFile(bytes, file);
  if (manifest.head === null) throw bandWithoutHead(manifest.name);
  const made = Buffer.from(head.modelHash).toString("hex").slice(0, manifest.model.length);
  if (made !== manifest.model) throw headFileOtherModel(file, made, manifest.model);
  if (manifest.head.publicKey === null) throw bandWithoutKey(manifest.name);
  const publicKey = new Uint8Array(Buffer.from(manifest.head.publicKey, "hex"));
  if (head.madeHere) throw headFileBad(file, "it was made on a band, and is not signed");
  if (!isSignedBy(publicKey, head.message, head.signature)) throw headFileOtherKey(file);
  const golden = goldenOf(manifest.head.goldenFeatures);
  if (golden.some(({ length }) => length !== head.head.features))
    throw headFileBad(file, `it takes ${head.head.features} features`);
  if (outputsCrcOf(head.head, golden) !== head.outputsCrc)
    throw headFileBad(file, "its outputs for the golden features are others than it says");
  return { ...head, bytes };
}

/** The golden features of a manifest. */
export function goldenOf(texts: readonly string[]): Int8Array[] {
  return texts.map((text) => Int8Array.from(Buffer.from(text, "base64")));
}

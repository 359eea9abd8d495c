// The identity of a build's inputs: equal keys mean that everything built would be equal to the byte.
import type { Board } from "../spec/board.ts";
import { canonicalJson, sha256 } from "../util/hash.ts";
import type { BandFile } from "./band-file.ts";
import { publicKeyOf } from "./head-keys.ts";
import { loadModel } from "./model-file.ts";
import { readFolder, TOOL_VERSION } from "./resources.ts";

/** @param dataFingerprint from fingerprintData */
export function buildKey(file: BandFile, board: Board, dataFingerprint: string): string {
  const shipped = ["templates", "firmware"].map((folder) => canonicalJson([...readFolder(folder)]));
  // Where the data and the output lie does not matter: the fingerprint has what is in the files.
  const band = { ...file.band, data: null, out: null };
  return sha256(
    canonicalJson({
      tool: TOOL_VERSION,
      name: file.name,
      band,
      board,
      model: loadModel(file),
      data: dataFingerprint,
      publicKey: Buffer.from(publicKeyOf(file) ?? []).toString("hex"),
    }),
    ...shipped,
  );
}

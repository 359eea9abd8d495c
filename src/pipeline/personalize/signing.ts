// The key that signs a head: the private half of the one that the project's firmware has.
import { existsSync } from "node:fs";
import path from "node:path";
import { signingKeyMissing, signingKeyOther } from "../../util/messages.ts";
import { isSignedBy, PRIVATE_KEY_FILE, signWith } from "../head-keys.ts";
import { projectPlaces } from "../project-places.ts";

export type Sign = (message: Uint8Array) => Uint8Array;

/**
 * @param publicKey of the project's firmware, 32 bytes in hexadecimal; null: it takes no head that is sent
 * @param keyFile null: head-private.pem beside the band file or in the working directory
 * @returns null where nothing that is signed would be taken
 * @throws UserError personalize/no-key, personalize/other-key, keys/bad, file/not-found
 */
export function signerFor(publicKey: string | null, project: string, keyFile: string | null): Sign | null {
  if (publicKey === null) return null;
  const file = keyFile ?? usualKey(project);
  const sign: Sign = (message) => signWith(file, message);
  // Before any work is done for it.
  const probe = new TextEncoder().encode("whose key is it");
  if (!isSignedBy(new Uint8Array(Buffer.from(publicKey, "hex")), probe, sign(probe)))
    throw signingKeyOther(file);
  return sign;
}

function usualKey(project: string): string {
  const folders = [path.dirname(projectPlaces(project).bandFile), ".", path.dirname(project)];
  const places = [...new Set(folders.map((folder) => path.join(folder, PRIVATE_KEY_FILE)))];
  const there = places.find((file) => existsSync(file));
  if (there === undefined) throw signingKeyMissing(places);
  return there;
}

// Ed25519 keys as PEM files: the pair, the public half for the firmware, signing and checking head files.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileUnwritable, keyBad, keyExists } from "../util/messages.ts";
import type { BandFile } from "./band-file.ts";
import { readNeeded } from "./files.ts";

export const PRIVATE_KEY_FILE = "head-private.pem";
export const PUBLIC_KEY_FILE = "head-public.pem";
const RAW_KEY_BYTES = 32;

/**
 * Makes a pair in a folder.
 * @returns the files written
 * @throws UserError keys/exists, file/unwritable
 */
export function makeKeys(folder: string): readonly string[] {
  const files = [PRIVATE_KEY_FILE, PUBLIC_KEY_FILE].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const there = files.find((file) => existsSync(file));
  if (there !== undefined) throw keyExists(shown(there));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  mkdirIfMissing(folder);
  writeNew(files[0], privateKey.export({ type: "pkcs8", format: "pem" }) as string, 0o600);
  writeNew(files[1], publicKey.export({ type: "spki", format: "pem" }) as string, 0o644);
  return files;
}

function mkdirIfMissing(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fileUnwritable(shown(folder), error);
  }
}

/** Never over what is there, whoever made it meanwhile. */
function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw keyExists(shown(file));
    throw fileUnwritable(shown(file), error);
  }
}

/** Of whoever may send heads to a band: update.publicKey of band.yaml. @throws UserError file/…, keys/bad */
export function publicKeyOf({ band, baseDir }: Pick<BandFile, "band" | "baseDir">): Uint8Array | undefined {
  return band.update === undefined ? undefined : readPublicKey(path.resolve(baseDir, band.update.publicKey));
}

/** The key's 32 bytes. @throws UserError file/…, keys/bad */
export function readPublicKey(file: string): Uint8Array {
  const text = readNeeded(file, "The public key").toString("utf8");
  if (text.includes("PRIVATE KEY")) throw keyBad(shown(file), "public", "it is a private key");
  const key = parsed(() => createPublicKey(text), file, "public");
  // RFC 8410: the key is the end of its SPKI.
  return new Uint8Array(key.export({ type: "spki", format: "der" })).slice(-RAW_KEY_BYTES);
}

/** @throws UserError file/…, keys/bad */
export function signWith(privateKeyFile: string, message: Uint8Array): Uint8Array {
  const text = readNeeded(privateKeyFile, "The private key").toString("utf8");
  return new Uint8Array(
    sign(
      null,
      message,
      parsed(() => createPrivateKey(text), privateKeyFile, "private"),
    ),
  );
}

/** @param publicKey 32 bytes */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, message, key, signature);
}

function parsed(read: () => KeyObject, file: string, wanted: "private" | "public"): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw keyBad(shown(file), wanted, "OpenSSL cannot read it");
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw keyBad(shown(file), wanted, `its type is ${key.asymmetricKeyType ?? "unknown"}`);
  }
  return key;
}

function shown(file: string): string {
  return path.relative(process.cwd(), file) || file;
}

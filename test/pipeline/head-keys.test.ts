// Keys as files: a pair that signs and checks, that only its owner reads, and that is never written over.
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  isSignedBy,
  makeKeys,
  PRIVATE_KEY_FILE,
  PUBLIC_KEY_FILE,
  readPublicKey,
  signWith,
} from "../../src/pipeline/head-keys.ts";

const folder = (): string => mkdtempSync(path.join(os.tmpdir(), "bandsmith-keys-"));
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
};

describe("keys", () => {
  it("sign and check, and the private one is its owner's alone", () => {
    const place = path.join(folder(), "new", "folder");
    const files = makeKeys(place);
    expect(files).toEqual([path.join(place, PRIVATE_KEY_FILE), path.join(place, PUBLIC_KEY_FILE)]);
    expect(statSync(files[0]!).mode & 0o777).toBe(0o600);
    const message = new TextEncoder().encode("a head");
    const publicKey = readPublicKey(files[1]!);
    const signature = signWith(files[0]!, message);
    expect([publicKey.length, signature.length]).toEqual([32, 64]);
    expect(isSignedBy(publicKey, message, signature)).toBe(true);
    expect(isSignedBy(publicKey, message.subarray(1), signature)).toBe(false);
  });

  it("are never written over", () => {
    const place = folder();
    const [file] = makeKeys(place);
    const before = readFileSync(file!);
    expect(codeOf(() => makeKeys(place))).toBe("keys/exists");
    expect(readFileSync(file!).equals(before)).toBe(true);
  });

  it("of another kind are refused, and so is the private one where the public one belongs", () => {
    const place = folder();
    const [secret, open] = makeKeys(place) as [string, string];
    const junk = path.join(place, "junk.pem");
    writeFileSync(junk, "no key");
    expect(codeOf(() => readPublicKey(secret))).toBe("keys/bad");
    expect(codeOf(() => readPublicKey(junk))).toBe("keys/bad");
    expect(codeOf(() => signWith(open, new Uint8Array(1)))).toBe("keys/bad");
    expect(codeOf(() => readPublicKey(path.join(place, "none.pem")))).toBe("file/not-found");
  });
});

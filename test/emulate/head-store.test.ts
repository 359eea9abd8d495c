// Heads in flash: what is taken, what is refused, and that a cut supply or worn flash leaves the old head or the new one.
// npm run head-attacks does the same at every byte.
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeMessage, withSignature } from "../../src/personalize/head-file.ts";
import { seededRandom } from "../../src/util/random.ts";
import { cutAttacks, flashAttacks, forgeryAttacks } from "./head-attacks.ts";
import { FORGERIES } from "./head-forgeries.ts";
import { compileHeads, crcOf, fileOf, HeadLab, headOf, ownerOf, signedFile } from "./head-lab.ts";

const OWNER = ownerOf(48);
let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileHeads();
});

function started(options?: { readonly hasKey?: boolean }): HeadLab {
  const lab = new HeadLab(module, OWNER, options);
  expect(lab.start()).toBe(0);
  return lab;
}
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

describe("signatures", () => {
  // RFC 8032, 7.1: public key, message, signature.
  const VECTORS = [
    [
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ] as const;

  it.each(VECTORS)("are those of RFC 8032: %s", (key, message, signature) => {
    const lab = started();
    expect(lab.isSigned(hex(message), hex(signature), hex(key))).toBe(true);
    for (const bit of [0, 100, 255, 256, 400, 511]) {
      const forged = hex(signature);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(lab.isSigned(hex(message), forged, hex(key)), `bit ${bit}`).toBe(false);
    }
    expect(lab.isSigned(Uint8Array.of(...hex(message), 1), hex(signature), hex(key))).toBe(false);
  });

  it("and hashes are Node's, for messages around whole blocks", () => {
    const lab = started();
    const random = seededRandom("messages");
    // A fixed seed of RFC 8032's third vector.
    const seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
    const key = createPrivateKey({
      key: hex(`302e020100300506032b657004220420${seed}`) as Buffer,
      format: "der",
      type: "pkcs8",
    });
    const publicKey = new Uint8Array(createPublicKey(key).export({ type: "spki", format: "der" })).slice(-32);
    for (const length of [0, 1, 47, 48, 55, 56, 63, 64, 111, 112, 119, 120, 127, 128, 129, 240, 1023, 2836]) {
      const message = Uint8Array.from({ length }, () => random.integer(256));
      expect(lab.sha512(message), `${length} bytes`).toEqual(
        new Uint8Array(createHash("sha512").update(message).digest()),
      );
      expect(lab.isSigned(message, new Uint8Array(sign(null, message, key)), publicKey)).toBe(true);
    }
  });
});

it("base64 is RFC 4648's, strictly", () => {
  const lab = started();
  for (const [text, bytes] of [
    ["Zg==", "f"],
    ["Zm8=", "fo"],
    ["Zm9v", "foo"],
    ["Zm9vYmFy", "foobar"],
  ] as const) {
    expect(new TextDecoder().decode(lab.base64(text))).toBe(bytes);
  }
  for (const bad of ["", "Zm9", "Zm9vY", "Z===", "====", "Zg=v", "Zm 9v", "Zm9-", "=m9v"]) {
    expect(lab.base64(bad), bad).toBeNull();
  }
  expect(lab.base64("Zm9v", 2)).toBeNull();
});

describe("a head that is sent", () => {
  it("is used at once and after every start, and computes what the reference does", () => {
    const lab = started();
    for (const [sequence, classes] of [
      [1, 5],
      [2, 32],
      [7, 2],
    ] as const) {
      const file = signedFile(OWNER, sequence, classes);
      expect(lab.install(file)).toBe("none");
      for (const crc of [lab.crc, lab.start()]) expect(crc).toBe(crcOf(file));
      const head = headOf(OWNER, sequence, classes);
      expect(lab.labels()).toEqual(head.labels);
      expect(lab.differences(head)).toBe(0);
      expect(lab.nextSequence).toBe(sequence + 1);
    }
    expect(lab.problems()).toEqual(["none", "none"]);
  });

  it("must be newer than all that the band has ever taken, whatever was taken back or lost", () => {
    const lab = started();
    expect(lab.install(signedFile(OWNER, 3))).toBe("none");
    expect(lab.install(signedFile(OWNER, 5))).toBe("none");
    expect(lab.drop()).toBe(true);
    expect([lab.crc, lab.start()]).toEqual([0, 0]);
    for (const sequence of [0, 1, 3, 4, 5]) expect(lab.install(signedFile(OWNER, sequence))).toBe("old");
    // The store remembers what flash has forgotten, and flash what the store has.
    lab.flash.bytes.fill(0xff);
    expect(lab.start()).toBe(0);
    expect(lab.install(signedFile(OWNER, 5))).toBe("old");
    expect(lab.install(signedFile(OWNER, 6))).toBe("none");
    lab.store.values.clear();
    expect(lab.start()).toBe(crcOf(signedFile(OWNER, 6)));
    expect(lab.install(signedFile(OWNER, 6))).toBe("old");
    expect(lab.store.values.size).toBe(1);
  });

  it("is refused while the last sequence cannot be read, and while flash cannot be written", () => {
    const lab = started();
    const [first, second] = [signedFile(OWNER, 1), signedFile(OWNER, 2)];
    expect(lab.install(first)).toBe("none");
    lab.store.failsReads = true;
    expect(lab.start()).toBe(crcOf(first));
    expect(lab.install(second)).toBe("sequenceUnknown");
    lab.store.failsReads = false;
    lab.start();
    lab.flash.failsWrites = true;
    expect([lab.install(second), lab.drop()]).toEqual(["flash", false]);
    expect([lab.crc, lab.start()]).toEqual([crcOf(first), crcOf(first)]);
    lab.flash.failsWrites = false;
    lab.flash.failsReads = true;
    expect(lab.start()).toBe(0);
    expect(lab.problems()).toEqual(["flash", "flash"]);
    lab.flash.failsReads = false;
    expect(lab.start()).toBe(crcOf(first));
  });

  it("is refused by firmware without a key, which takes what the band itself has made", () => {
    const lab = started({ hasKey: false });
    expect(lab.install(signedFile(OWNER, 1))).toBe("noKey");
    const own = withSignature(encodeMessage({ ...fileOf(OWNER, headOf(OWNER, 1, 5), 1), madeHere: true }));
    expect(lab.install(own)).toBe("unsignedHead");
    expect(lab.install(own, true)).toBe("none");
    expect(lab.start()).toBe(crcOf(own));
  });

  it("of the network's own labels goes on with their totals, another one does not", () => {
    const lab = started();
    const general = lab.labelsId();
    const head = { ...headOf(OWNER, 1, 2), labels: ["one", "two"] };
    const message = encodeMessage(fileOf(OWNER, head, 1));
    expect(lab.install(withSignature(message, OWNER.sign(message)))).toBe("none");
    expect(lab.labelsId()).toBe(general);
    expect(lab.install(signedFile(OWNER, 2, 2))).toBe("none");
    expect(lab.labelsId()).not.toBe(general);
  });
});

describe("attacks", () => {
  it.each(Object.keys(FORGERIES))("a file %s is refused before flash is touched", (name) => {
    const lab = started();
    expect(lab.install(signedFile(OWNER, 2))).toBe("none");
    const flash = Uint8Array.from(lab.flash.bytes);
    const random = seededRandom(name);
    const good = signedFile(OWNER, 9);
    for (let i = 0; i < 12; i++) {
      const { file, answers } = FORGERIES[name]!({ random, owner: OWNER, good });
      expect(answers).toContain(lab.install(file));
    }
    expect(Buffer.from(lab.flash.bytes).equals(flash)).toBe(true);
    expect(lab.install(good)).toBe("none");
  });

  it("hundreds of files in turn leave the head as it was", () => {
    const { attacks, violations } = forgeryAttacks(module, OWNER, 440);
    expect([attacks, violations]).toEqual([440, []]);
  });

  it("a supply that is cut leaves the old head or the new one", () => {
    const { attacks, violations, answers } = cutAttacks(module, OWNER, { classes: 5, every: 89, seeds: 1 });
    expect(violations).toEqual([]);
    expect(attacks).toBeGreaterThan(200);
    expect(answers["another head"]).toBeUndefined();
  });

  it("flash that has lost bits gives whole heads or none", () => {
    const { violations, answers } = flashAttacks(module, OWNER, 120);
    expect(violations).toEqual([]);
    expect(answers["a whole head"]).toBe(80);
  });
});

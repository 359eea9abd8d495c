// Files that say they are heads and must not be taken: broken, old, foreign or forged, each with what a band may answer.
import {
  encodeMessage,
  HEADER_BYTES,
  LABEL_BYTES,
  SIGNATURE_BYTES,
  withSignature,
} from "../../src/personalize/head-file.ts";
import type { Random } from "../../src/util/random.ts";
import { fileOf, headOf, type Owner, type Problem, signedFile, withCrc } from "./head-lab.ts";

/** The sequence of the file that is forged; a band that is attacked has older ones. */
export const NEW = 9;

type Forgery = (context: { readonly random: Random; readonly owner: Owner; readonly good: Uint8Array }) => {
  readonly file: Uint8Array;
  /** What the band may answer. */
  readonly answers: readonly Problem[];
};

const ANY: readonly Problem[] = [
  "notAHead",
  "version",
  "size",
  "checksum",
  "model",
  "shape",
  "fields",
  "scales",
  "labels",
  "unsignedHead",
  "signature",
];

/** Some of the bits from `from` to `to` are others. */
export function flipped(file: Uint8Array, random: Random, from = 0, to = file.length): Uint8Array {
  const out = Uint8Array.from(file);
  const places = new Set<number>();
  const wanted = 1 + random.integer(8);
  while (places.size < wanted) places.add(from * 8 + random.integer((to - from) * 8));
  for (const place of places) out[place >> 3]! ^= 1 << (place & 7);
  return out;
}

/** A message that its maker has changed, and signed. */
function changed(
  owner: Owner,
  change: (view: DataView) => void,
  sign: (message: Uint8Array) => Uint8Array = owner.sign,
): Uint8Array {
  const message = encodeMessage(fileOf(owner, headOf(owner, NEW, 5), NEW));
  const file = withSignature(message);
  change(new DataView(file.buffer));
  const fitting = withCrc(file).subarray(0, message.length);
  return withSignature(fitting, sign(fitting));
}

/** Each makes one file that no band may take. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  "bits flipped": ({ good, random }) => ({ file: flipped(good, random), answers: ANY }),
  "bits flipped under a new checksum": ({ good, random }) => ({
    file: withCrc(flipped(good, random, 0, good.length - SIGNATURE_BYTES - 4)),
    answers: ANY,
  }),
  "signature flipped": ({ good, random }) => ({
    file: flipped(good, random, good.length - SIGNATURE_BYTES),
    answers: ["signature"],
  }),
  truncated: ({ good, random }) => ({
    file: good.subarray(0, random.integer(good.length)),
    answers: ["notAHead", "size"],
  }),
  "with bytes behind it": ({ good, random }) => {
    const more = Uint8Array.from({ length: 1 + random.integer(64) }, () => random.integer(256));
    return { file: Uint8Array.from([...good, ...more]), answers: ["size"] };
  },
  "random bytes": ({ random }) => ({
    file: Uint8Array.from({ length: random.integer(2000) }, () => random.integer(256)),
    answers: ["notAHead"],
  }),
  "random bytes behind a good beginning": ({ good, random }) => {
    const keep = HEADER_BYTES + random.integer(good.length - SIGNATURE_BYTES - 84);
    return { file: withCrc(good.map((byte, i) => (i < keep ? byte : random.integer(256)))), answers: ANY };
  },
  replayed: ({ owner, random }) => ({
    file: signedFile(owner, 1 + random.integer(2)),
    answers: ["old"],
  }),
  "signed by a stranger": ({ owner }) => ({
    file: changed(owner, () => undefined, owner.signAsStranger),
    answers: ["signature"],
  }),
  "signed with a signature of another head": ({ owner, good }) => {
    const other = signedFile(owner, NEW + 1);
    return {
      file: Uint8Array.from([...good.subarray(0, -SIGNATURE_BYTES), ...other.subarray(-SIGNATURE_BYTES)]),
      answers: ["signature"],
    };
  },
  "a signature with the group's order added (malleable)": ({ good }) => ({
    file: withOrderAdded(good),
    answers: ["signature"],
  }),
  "of another model": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      const at = 16 + random.integer(32);
      view.setUint8(at, view.getUint8(at) ^ (1 + random.integer(255)));
    }),
    answers: ["model"],
  }),
  "made on another band, it says": ({ owner, good }) => {
    const file = Uint8Array.from(good);
    file[6] = 1;
    return {
      file: withCrc(file.fill(0, file.length - SIGNATURE_BYTES)),
      answers: owner.features > 0 ? ["unsignedHead"] : [],
    };
  },
  "of other features": ({ owner }) => ({
    file: changed(owner, (view) => {
      view.setUint16(48, owner.features + 4, true);
    }),
    answers: ["shape"],
  }),
  "of wrong outputs": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      view.setUint32(76, view.getUint32(76, true) ^ (1 + random.integer(1000)), true);
    }),
    answers: ["outputs"],
  }),
  "with a scale that is none": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      const bad = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-30, 1e30, -0];
      view.setFloat32([60, 64][random.integer(2)]!, bad[random.integer(bad.length)]!, true);
    }),
    // A scale that TensorFlow Lite can compute with is one, and then the outputs are others.
    answers: ["scales", "outputs"],
  }),
  "with another input scale": ({ owner }) => ({
    file: changed(owner, (view) => {
      view.setUint32(52, view.getUint32(52, true) + 1, true);
    }),
    answers: ["scales"],
  }),
  "with a zero point that is none": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      view.setInt32(68, [128, -129, 0x7fffffff][random.integer(3)]!, true);
    }),
    answers: ["scales"],
  }),
  "with a name that is none": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      const bad = [0x00, 0x0a, 0x7f, 0xff, 0xc0, 0xed];
      view.setUint8(HEADER_BYTES + LABEL_BYTES + random.integer(3), bad[random.integer(bad.length)]!);
    }),
    answers: ["labels"],
  }),
  "with one name twice": ({ owner }) => ({
    file: changed(owner, (view) => {
      const [second, third] = [1, 2].map((i) => HEADER_BYTES + i * LABEL_BYTES) as [number, number];
      for (let i = 0; i < LABEL_BYTES; i++) view.setUint8(third + i, view.getUint8(second + i));
    }),
    answers: ["labels"],
  }),
  "with fields that nobody knows": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      view.setUint8([7, 72, 73, 75][random.integer(4)]!, 4 + random.integer(200));
    }),
    answers: ["fields"],
  }),
  "of a later version": ({ owner, random }) => ({
    file: changed(owner, (view) => {
      view.setUint16(4, 2 + random.integer(1000), true);
    }),
    answers: ["version"],
  }),
};

/** S + L is no smaller than the group's order: RFC 8032, 5.1.7, refuses it. */
function withOrderAdded(file: Uint8Array): Uint8Array {
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
  const out = Uint8Array.from(file);
  const s = out.subarray(out.length - 32);
  let sum = [...s].reduceRight((value, byte) => value * 256n + BigInt(byte), 0n) + ORDER;
  for (let i = 0; i < 32; i++, sum /= 256n) s[i] = Number(sum % 256n);
  return out;
}

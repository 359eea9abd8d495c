// What can happen to a head on its way: the supply cut at any byte, files that are broken, old, foreign or forged, and
// flash that has lost bits. Each attack must leave the head of before or the new one, computing as the reference does.
import type { Head } from "../../src/personalize/head.ts";
import {
  encodeMessage,
  HEADER_BYTES,
  LABEL_BYTES,
  SIGNATURE_BYTES,
  withSignature,
} from "../../src/personalize/head-file.ts";
import { invariant } from "../../src/util/errors.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";
import { crcOf, fileOf, HeadLab, headOf, type Owner, type Problem, signedFile, withCrc } from "./head-lab.ts";

/** What was tried, and each violation in words: none, if all is well. */
export interface AttackReport {
  readonly attacks: number;
  readonly violations: readonly string[];
  /** How often each answer came. */
  readonly answers: Readonly<Record<string, number>>;
}

class Tally {
  attacks = 0;
  readonly violations: string[] = [];
  readonly answers: Record<string, number> = {};

  count(answer: string): void {
    this.attacks++;
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
  }
  check(holds: boolean, what: () => string): void {
    if (!holds) this.violations.push(what());
  }
}

export interface CutSize {
  readonly classes: number;
  /** Every which byte is a cut: 1 for all of them. */
  readonly every: number;
  readonly seeds: number;
}

/** A band before an update, by the heads that it was given; -1 takes them back. */
const BEFORE: Readonly<Record<string, readonly number[]>> = {
  "nothing yet": [],
  "one head": [1],
  "two heads": [1, 2],
  "three heads": [1, 2, 3],
  "heads that were taken back": [1, 2, -1],
};
const NEW = 9;

/** The supply is cut in the middle of an installation and of a drop, at every byte that flash erases or writes. */
export function cutAttacks(module: WebAssembly.Module, owner: Owner, size: CutSize): AttackReport {
  const tally = new Tally();
  const heads = new Map<number, Head>();
  const file = (sequence: number): Uint8Array => {
    heads.set(sequence, headOf(owner, sequence, size.classes));
    return signedFile(owner, sequence, size.classes);
  };
  const next = file(NEW);
  const later = file(NEW + 1);
  for (const [name, given] of Object.entries(BEFORE)) {
    const start = new HeadLab(module, owner);
    start.start();
    for (const sequence of given) {
      const done = sequence < 0 ? start.drop() : start.install(file(sequence)) === "none";
      invariant(done === true, `the band gets ready: ${name}`);
    }
    const before = start.crc;
    const old = given.at(-1) ?? 0;
    const actions = {
      installing: { act: (lab: HeadLab) => lab.install(next), after: crcOf(next), head: NEW },
      dropping: { act: (lab: HeadLab) => lab.drop(), after: 0, head: 0 },
    };
    for (const [action, { act, after, head }] of Object.entries(actions)) {
      for (let seed = 0; seed < size.seeds; seed++) {
        for (let step = 0; ; step += size.every) {
          const lab = start.copy(`${name} ${action} ${seed} ${step}`);
          lab.start();
          const wasCut = lab.cutAt(step, () => act(lab));
          if (!wasCut) break;
          const crc = lab.start();
          const where = (): string => `${name}, ${action}, cut at byte ${step}, seed ${seed}`;
          tally.count(crc === before ? "the old head" : crc === after ? "the new head" : "another head");
          tally.check(crc === before || crc === after, () => `${where()}: another head`);
          const used = crc === after ? head : old;
          if (crc !== 0) {
            tally.check(lab.differences(heads.get(used)!) === 0, () => `${where()}: other outputs`);
          }
          // The band is as able as before: what was cut is done again, or something later is.
          const again = crc === after ? lab.install(later) : act(lab);
          tally.check(again === "none" || again === true, () => `${where()}: afterwards ${String(again)}`);
          const end = crc === after ? crcOf(later) : after;
          tally.check(lab.start() === end, () => `${where()}: not the last head after the next start`);
        }
      }
    }
  }
  return tally;
}

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

function flipped(file: Uint8Array, random: Random, from = 0, to = file.length): Uint8Array {
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

/** Files that must be refused, by a band that has a head: not a byte of flash may change. */
export function forgeryAttacks(module: WebAssembly.Module, owner: Owner, count: number): AttackReport {
  const tally = new Tally();
  const lab = new HeadLab(module, owner);
  lab.start();
  invariant(lab.install(signedFile(owner, 1)) === "none", "a good head is taken");
  invariant(lab.install(signedFile(owner, 2)) === "none", "a good head is taken");
  const before = lab.crc;
  const flash = Uint8Array.from(lab.flash.bytes);
  const good = signedFile(owner, NEW);
  const random = seededRandom("forgeries");
  const names = Object.keys(FORGERIES);
  for (let i = 0; i < count; i++) {
    const name = names[i % names.length]!;
    const { file, answers } = FORGERIES[name]!({ random, owner, good });
    invariant(!Buffer.from(file).equals(good), `${name} (${i}) is a forgery`);
    const answer = lab.install(file);
    tally.count(answer ?? "cut");
    tally.check(answers.includes(answer!), () => `${name} (${i}): ${String(answer)}`);
    tally.check(lab.crc === before, () => `${name} (${i}): another head`);
    if (i % 64 === 0 || answer === "none") {
      tally.check(
        Buffer.from(lab.flash.bytes).equals(flash),
        () => `${name} (${i} or up to 63 before it): flash has changed`,
      );
    }
  }
  tally.check(Buffer.from(lab.flash.bytes).equals(flash), () => "flash has changed");
  tally.check(lab.differences(headOf(owner, 2, 5)) === 0, () => "the old head has other outputs");
  tally.check(lab.install(good) === "none", () => "the good file is refused");
  return tally;
}

/** Flash that has lost or gained bits, anywhere in what the slots hold: only whole heads are ever used. */
export function flashAttacks(module: WebAssembly.Module, owner: Owner, count: number): AttackReport {
  const tally = new Tally();
  const start = new HeadLab(module, owner);
  start.start();
  const files = [signedFile(owner, 1), signedFile(owner, 2)];
  for (const file of files) invariant(start.install(file) === "none", "a good head is taken");
  const heads = new Map(files.map((file, i) => [crcOf(file), headOf(owner, i + 1, 5)]));
  const random = seededRandom("worn flash");
  const slotBytes = start.flash.bytes.length / 2;
  const used = 16 + files[0]!.length;
  for (let i = 0; i < count; i++) {
    const lab = start.copy(`worn ${i}`);
    const slots = [[0], [1], [0, 1]][i % 3]!;
    for (const slot of slots) {
      const at = slot * slotBytes;
      lab.flash.bytes.set(flipped(lab.flash.bytes.subarray(at, at + used), random), at);
    }
    const crc = lab.start();
    tally.count(crc === 0 ? "the general head" : heads.get(crc) === undefined ? "another" : "a whole head");
    tally.check(crc === 0 || heads.has(crc), () => `worn flash ${i}: another head`);
    if (crc !== 0)
      tally.check(lab.differences(heads.get(crc)!) === 0, () => `worn flash ${i}: other outputs`);
    if (slots.length === 1) tally.check(crc !== 0, () => `worn flash ${i}: the other slot is not used`);
    // Whatever lies there, a new head can be installed.
    tally.check(lab.install(signedNew(owner)) === "none", () => `worn flash ${i}: the next head is refused`);
  }
  return tally;
}

let signedOnce: { readonly owner: Owner; readonly file: Uint8Array } | null = null;
function signedNew(owner: Owner): Uint8Array {
  if (signedOnce?.owner !== owner) signedOnce = { owner, file: signedFile(owner, NEW) };
  return signedOnce.file;
}

// What can happen to a head on its way: the supply cut at any byte, files that are broken, old, foreign or forged, and
// flash that has lost bits. Each attack must leave the head of before or the new one, computing as the reference does.
import type { Head } from "../../src/personalize/head.ts";
import { invariant } from "../../src/util/errors.ts";
import { seededRandom } from "../../src/util/random.ts";
import { FORGERIES, flipped, NEW } from "./head-forgeries.ts";
import { crcOf, HeadLab, headOf, type Owner, signedFile } from "./head-lab.ts";

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

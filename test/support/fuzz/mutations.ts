// Damage for .tflite files: from single bits to structure, seeded.
import type { Random } from "../../../src/util/random.ts";

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

/** Numbers that break careless code: limits of every width, off by one, negative indices. */
const HOSTILE = [
  0, 1, 2, 3, 4, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 0x7ffffffe, 0x7fffffff, -1, -2, -128,
  -32768, -2147483648,
];

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setByte,
  setInteger,
  nudgeInteger,
  truncate,
  swapWords,
  copyRange,
];

/** A damaged copy: one to four mutations. */
export function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = new Uint8Array(original);
  for (let n = 1 + random.integer(4); n > 0 && bytes.length > 8; n--) {
    bytes = MUTATIONS[random.integer(MUTATIONS.length)]!(bytes, random);
  }
  return bytes;
}

function flipBit(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
  return bytes;
}

function setByte(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  bytes[random.integer(bytes.length)] = random.integer(256);
  return bytes;
}

/** Offsets, lengths, dimensions, indices: all are aligned 32-bit numbers. */
function setInteger(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  viewOf(bytes).setInt32(wordOf(bytes, random), HOSTILE[random.integer(HOSTILE.length)]!, true);
  return bytes;
}

function nudgeInteger(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = wordOf(bytes, random);
  const view = viewOf(bytes);
  view.setInt32(at, view.getInt32(at, true) + random.integer(17) - 8, true);
  return bytes;
}

function truncate(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  return random.uniform() < 0.3 ? bytes.slice(0, random.integer(bytes.length)) : bytes;
}

function swapWords(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const view = viewOf(bytes);
  const [a, b] = [wordOf(bytes, random), wordOf(bytes, random)];
  const kept = view.getInt32(a, true);
  view.setInt32(a, view.getInt32(b, true), true);
  view.setInt32(b, kept, true);
  return bytes;
}

/** A table or vector where another one stood. */
function copyRange(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const length = 4 * (1 + random.integer(8));
  const from = wordOf(bytes, random);
  bytes.copyWithin(wordOf(bytes, random), from, from + length);
  return bytes;
}

function wordOf(bytes: Uint8Array, random: Random): number {
  return 4 * random.integer(bytes.length >> 2);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

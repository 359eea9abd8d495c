// The firmware's store of heads in a laboratory: its real C++ on a simulated flash, signed files to give it, and every
// answer checked against the reference.
import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { PowerCut, SimulatedFlash } from "../../src/emulate/flash.ts";
import { SimulatedStore } from "../../src/emulate/store.ts";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { type Head, headGraph } from "../../src/personalize/head.ts";
import {
  encodeMessage,
  type HeadFile,
  outputsCrcOf,
  SIGNATURE_BYTES,
  withSignature,
} from "../../src/personalize/head-file.ts";
import { TRAP_FLAGS } from "../../src/pipeline/twin/clang.ts";
import { crc32 } from "../../src/util/crc32.ts";
import { seededRandom } from "../../src/util/random.ts";
import { clang, REPOSITORY, textsBelow } from "../firmware/support/wasm.ts";

/** HeadProblem of head_file.h. */
export const PROBLEMS = [
  "none",
  "noHeads",
  "notAHead",
  "version",
  "size",
  "checksum",
  "model",
  "shape",
  "fields",
  "scales",
  "labels",
  "noKey",
  "unsignedHead",
  "signature",
  "outputs",
  "old",
  "flash",
  "sequenceUnknown",
] as const;
export type Problem = (typeof PROBLEMS)[number];

interface Exports {
  readonly memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  model_hash_at(): number;
  public_key_at(): number;
  golden_at(): number;
  features_at(): number;
  incoming_at(): number;
  signature_at(): number;
  configure(features: number, scale: number, zeroPoint: number, golden: number, hasKey: number): void;
  begin(): number;
  install(count: number, own: number): number;
  drop(): number;
  crc(): number;
  next_sequence(): number;
  problem_of(slot: number): number;
  outputs(): number;
  class_count(): number;
  label_at(index: number): number;
  labels_id(): number;
  is_signed(count: number): number;
  sha512(count: number): number;
  base64(length: number, capacity: number): number;
}

export async function compileHeads(): Promise<WebAssembly.Module> {
  const files = new Map(textsBelow("firmware"));
  files.set("shim.cpp", readFileSync(path.join(REPOSITORY, "test/emulate/native/heads.cpp"), "utf8"));
  const sources = ["bandsmith/app/head_file.cpp", "bandsmith/app/head_store.cpp"].concat(
    [...files.keys()].filter((file) => /^(bandsmith\/crypto|third_party)\/.*\.cpp$/.test(file)),
  );
  const flags = [
    "-O2",
    ...TRAP_FLAGS,
    "-I.",
    "-nostartfiles",
    "-Wl,--no-entry",
    "-Wl,--export=__wasm_call_ctors",
  ];
  const tree = await clang([...flags, "shim.cpp", ...sources, "-o", "a.wasm"], files);
  return new WebAssembly.Module(tree["a.wasm"] as Uint8Array);
}

/** Whom the band belongs to: its model, and the keys of its owner and of somebody else. */
export interface Owner {
  readonly features: number;
  readonly modelHash: Uint8Array;
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  readonly golden: readonly Int8Array[];
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
  readonly signAsStranger: (message: Uint8Array) => Uint8Array;
}

export function ownerOf(features: number): Owner {
  const random = seededRandom(`owner of ${features}`);
  const [own, stranger] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  return {
    features,
    modelHash: Uint8Array.from({ length: 32 }, () => random.integer(256)),
    inputScale: Math.fround(0.0235),
    inputZeroPoint: -128,
    golden: Array.from({ length: 8 }, () =>
      Int8Array.from({ length: features }, () => random.integer(256) - 128),
    ),
    publicKey: new Uint8Array(own.publicKey.export({ type: "spki", format: "der" })).slice(-32),
    sign: (message) => new Uint8Array(sign(null, message, own.privateKey)),
    signAsStranger: (message) => new Uint8Array(sign(null, message, stranger.privateKey)),
  };
}

/** A head whose weights follow from its sequence. */
export function headOf(owner: Owner, sequence: number, classes: number): Head {
  const random = seededRandom(`head ${sequence} of ${classes}`);
  return {
    features: owner.features,
    labels: Array.from({ length: classes }, (_, i) => (i === 0 ? "Übung" : `class ${sequence} ${i}`)),
    inputScale: owner.inputScale,
    inputZeroPoint: owner.inputZeroPoint,
    weightScale: Math.fround(0.004),
    outputScale: Math.fround(0.11),
    outputZeroPoint: 7,
    weights: Int8Array.from({ length: classes * owner.features }, () => random.integer(255) - 127),
    biases: Int32Array.from({ length: classes }, () => random.integer(20_000) - 10_000),
  };
}

export function fileOf(owner: Owner, head: Head, sequence: number): HeadFile {
  return {
    head,
    sequence,
    modelHash: owner.modelHash,
    orientation: (sequence % 4) as HeadFile["orientation"],
    outputsCrc: outputsCrcOf(head, owner.golden),
    madeHere: false,
  };
}

export function signedFile(owner: Owner, sequence: number, classes = 5): Uint8Array {
  const message = encodeMessage(fileOf(owner, headOf(owner, sequence, classes), sequence));
  return withSignature(message, owner.sign(message));
}

/** The word that names a file. */
export function crcOf(file: Uint8Array): number {
  const at = file.length - SIGNATURE_BYTES - 4;
  return new DataView(file.buffer, file.byteOffset).getUint32(at, true);
}

/** A file whose bytes were changed, with a CRC that fits them again. */
export function withCrc(file: Uint8Array): Uint8Array {
  const out = Uint8Array.from(file);
  const at = out.length - SIGNATURE_BYTES - 4;
  if (at > 0) new DataView(out.buffer).setUint32(at, crc32(out.subarray(0, at)), true);
  return out;
}

export class HeadLab {
  readonly flash: SimulatedFlash;
  readonly store: SimulatedStore;
  readonly owner: Owner;
  private readonly module: WebAssembly.Module;
  private readonly hasKey: boolean;
  private cpp!: Exports;

  constructor(module: WebAssembly.Module, owner: Owner, { seed = "flash", hasKey = true } = {}) {
    this.module = module;
    this.owner = owner;
    this.hasKey = hasKey;
    this.flash = new SimulatedFlash({ seed });
    this.store = new SimulatedStore();
  }

  /** Another one with the same flash and store, which are its own from now on. */
  copy(seed: string): HeadLab {
    const other = new HeadLab(this.module, this.owner, { seed, hasKey: this.hasKey });
    other.flash.bytes.set(this.flash.bytes);
    for (const [key, value] of this.store.values) other.store.values.set(key, Uint8Array.from(value));
    return other;
  }

  /** Power: a program with empty memory. The CRC of the head that it uses, 0 for the general one. */
  start(): number {
    const { flash, store, owner } = this;
    const bytes = (): Uint8Array => new Uint8Array(this.cpp.memory.buffer);
    const text = (at: number, length: number): string =>
      new TextDecoder().decode(bytes().subarray(at, at + length));
    const instance = new WebAssembly.Instance(this.module, {
      bandsmith: {
        flash_bytes: () => flash.bytes.length,
        flash_read: (offset: number, at: number, count: number) => flash.read(offset, bytes(), at, count),
        flash_erase_sector: (offset: number) => flash.eraseSector(offset),
        flash_write: (offset: number, at: number, count: number) => flash.write(offset, bytes(), at, count),
        store_read: (key: number, length: number, at: number, count: number) =>
          store.read(text(key, length), bytes(), at, count),
        // Whole or not at all, and a step at which the supply can go, like every byte of the flash.
        store_write: (key: number, length: number, at: number, count: number) => {
          if (flash.steps === flash.cutAtStep) throw new PowerCut();
          flash.steps++;
          return store.write(text(key, length), bytes(), at, count);
        },
      },
    });
    this.cpp = instance.exports as unknown as Exports;
    this.cpp.__wasm_call_ctors();
    bytes().set(owner.modelHash, this.cpp.model_hash_at());
    bytes().set(owner.publicKey, this.cpp.public_key_at());
    owner.golden.forEach((golden, i) => {
      new Int8Array(this.cpp.memory.buffer).set(golden, this.cpp.golden_at() + i * owner.features);
    });
    const { features, inputScale, inputZeroPoint, golden } = owner;
    this.cpp.configure(features, inputScale, inputZeroPoint, golden.length, this.hasKey ? 1 : 0);
    return this.cpp.begin() >>> 0;
  }

  /** Hands a file over; null where the supply was cut meanwhile. */
  install(file: Uint8Array, own = false): Problem | null {
    new Uint8Array(this.cpp.memory.buffer).set(file, this.cpp.incoming_at());
    return this.unlessCut(() => PROBLEMS[this.cpp.install(file.length, own ? 1 : 0)]!);
  }

  drop(): boolean | null {
    return this.unlessCut(() => this.cpp.drop() !== 0);
  }

  /** Does it with a cut after so many bytes of flash; false where it was done before that. */
  cutAt(step: number, act: () => unknown): boolean {
    this.flash.cutAtStep = this.flash.steps + step;
    const cut = act() === null;
    this.flash.cutAtStep = Number.POSITIVE_INFINITY;
    return cut;
  }

  get crc(): number {
    return this.cpp.crc() >>> 0;
  }
  get nextSequence(): number {
    return this.cpp.next_sequence() >>> 0;
  }
  problems(): Problem[] {
    return [0, 1].map((slot) => PROBLEMS[this.cpp.problem_of(slot)]!);
  }
  labels(): string[] {
    const bytes = new Uint8Array(this.cpp.memory.buffer);
    return Array.from({ length: this.cpp.class_count() }, (_, i) => {
      const at = this.cpp.label_at(i);
      return new TextDecoder().decode(bytes.subarray(at, bytes.indexOf(0, at)));
    });
  }
  labelsId(): number {
    return this.cpp.labels_id() >>> 0;
  }

  /** Outputs of the head in use that differ from the reference's, over the golden features and some others. */
  differences(head: Head): number {
    const interpreter = int8Interpreter(headGraph(head));
    const random = seededRandom("features");
    const others = Array.from({ length: 4 }, () =>
      Int8Array.from({ length: head.features }, () => random.integer(256) - 128),
    );
    let different = 0;
    for (const features of [...this.owner.golden, ...others]) {
      new Int8Array(this.cpp.memory.buffer).set(features, this.cpp.features_at());
      const at = this.cpp.outputs();
      interpreter.input.set(features);
      interpreter.run();
      const outputs = new Int8Array(this.cpp.memory.buffer, at, head.labels.length);
      different += interpreter.output.filter((value, i) => value !== outputs[i]).length;
    }
    return different;
  }

  isSigned(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
    const bytes = new Uint8Array(this.cpp.memory.buffer);
    bytes.set(message, this.cpp.incoming_at());
    bytes.set(signature, this.cpp.signature_at());
    bytes.set(publicKey, this.cpp.public_key_at());
    return this.cpp.is_signed(message.length) !== 0;
  }

  sha512(message: Uint8Array): Uint8Array {
    new Uint8Array(this.cpp.memory.buffer).set(message, this.cpp.incoming_at());
    const at = this.cpp.sha512(message.length);
    return new Uint8Array(this.cpp.memory.buffer, at, 64).slice();
  }

  /** Bytes of a text in base64; null where it is none. */
  base64(text: string, capacity = 4096): Uint8Array | null {
    new Uint8Array(this.cpp.memory.buffer).set(new TextEncoder().encode(text), this.cpp.incoming_at());
    const count = this.cpp.base64(text.length, capacity);
    return count < 0 ? null : new Uint8Array(this.cpp.memory.buffer, this.cpp.signature_at(), count).slice();
  }

  private unlessCut<T>(act: () => T): T | null {
    try {
      return act();
    } catch (error) {
      if (error instanceof PowerCut) return null;
      throw error;
    }
  }
}

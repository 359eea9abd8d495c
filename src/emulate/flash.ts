// NOR flash as the band sees its partition: erased by sectors to ones, written by clearing bits; and what a loss of power
// leaves of an erase or a write that was under way.
import { seededRandom } from "../util/random.ts";

const SECTOR_BYTES = 4096;
const PARTITION_BYTES = 0x10000;
const ERASED = 0xff;

export const FLASH_RESULT = { ok: 0, failed: 1 } as const;
export type FlashResult = (typeof FLASH_RESULT)[keyof typeof FLASH_RESULT];

/** Thrown out of an operation in whose middle the supply went. */
export class PowerCut extends Error {
  constructor() {
    super("the supply was cut in the middle of a flash operation");
    this.name = "PowerCut";
  }
}

export class SimulatedFlash {
  readonly bytes: Uint8Array;
  /** Faults. */
  failsReads = false;
  failsWrites = false;
  /** Bytes erased and written so far: where a cut can be. */
  steps = 0;
  /** The step at which the supply goes; Infinity for never. */
  cutAtStep = Number.POSITIVE_INFINITY;
  private readonly random: ReturnType<typeof seededRandom>;

  constructor({
    bytes = PARTITION_BYTES,
    seed = "flash",
  }: { readonly bytes?: number; readonly seed?: string } = {}) {
    this.bytes = new Uint8Array(bytes).fill(ERASED);
    this.random = seededRandom(seed);
  }

  read(offset: number, memory: Uint8Array, at: number, count: number): FlashResult {
    if (this.failsReads || !this.holds(offset, count)) return FLASH_RESULT.failed;
    memory.set(this.bytes.subarray(offset, offset + count), at);
    return FLASH_RESULT.ok;
  }

  /** All bits rise together, each at its own time: a cut leaves any of those that were 0 as a 1. */
  eraseSector(offset: number): FlashResult {
    if (this.failsWrites || offset % SECTOR_BYTES !== 0 || !this.holds(offset, SECTOR_BYTES)) {
      return FLASH_RESULT.failed;
    }
    const sector = this.bytes.subarray(offset, offset + SECTOR_BYTES);
    const done = this.cutAtStep - this.steps;
    if (done < SECTOR_BYTES) {
      const share = done / SECTOR_BYTES;
      for (let i = 0; i < SECTOR_BYTES; i++) sector[i]! |= this.bits(share);
      throw new PowerCut();
    }
    this.steps += SECTOR_BYTES;
    sector.fill(ERASED);
    return FLASH_RESULT.ok;
  }

  /** Byte after byte; a cut leaves some bits of the byte that was under way. */
  write(offset: number, memory: Uint8Array, at: number, count: number): FlashResult {
    if (this.failsWrites || !this.holds(offset, count)) return FLASH_RESULT.failed;
    for (let i = 0; i < count; i++) {
      if (this.steps === this.cutAtStep) {
        this.bytes[offset + i]! &= memory[at + i]! | this.bits(this.random.uniform());
        throw new PowerCut();
      }
      this.steps++;
      this.bytes[offset + i]! &= memory[at + i]!;
    }
    return FLASH_RESULT.ok;
  }

  private holds(offset: number, count: number): boolean {
    return offset + count <= this.bytes.length;
  }

  /** A byte of which each bit is 1 with that probability. */
  private bits(probability: number): number {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if (this.random.uniform() < probability) byte |= 1 << bit;
    return byte;
  }
}

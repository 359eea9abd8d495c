// Bounds-checked access to a flatbuffer: any bytes may come, so every offset is proved before it is followed.
import type { OptionsTable } from "../ir/op.ts";

/** A file that is not what it says; the reader turns it into a message with the file's name. */
export class CorruptFile extends Error {
  override name = "CorruptFile";
}

/** The whole file, with checked reads at absolute positions. */
export class Bytes {
  readonly view: DataView;
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.byteLength;
  }

  /** Proves that `size` bytes stand at `position`. */
  need(position: number, size: number, what: string): void {
    if (position < 0 || size < 0 || position + size > this.length) {
      throw new CorruptFile(
        `${what} at byte ${position} (${size} bytes) lies outside the file of ${this.length}`,
      );
    }
  }
  uint8(position: number, what: string): number {
    this.need(position, 1, what);
    return this.view.getUint8(position);
  }
  uint16(position: number, what: string): number {
    this.need(position, 2, what);
    return this.view.getUint16(position, true);
  }
  int32(position: number, what: string): number {
    this.need(position, 4, what);
    return this.view.getInt32(position, true);
  }
  uint32(position: number, what: string): number {
    this.need(position, 4, what);
    return this.view.getUint32(position, true);
  }
}

/** A vector's first element and its length, proved to lie inside the file. */
export interface Vector {
  readonly start: number;
  readonly length: number;
}

/** One table: its fields by slot, absent ones by their default. */
export class Table implements OptionsTable {
  readonly #bytes: Bytes;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableSize: number;
  readonly #tableSize: number;
  readonly #what: string;

  constructor(bytes: Bytes, position: number, what: string) {
    this.#bytes = bytes;
    this.#position = position;
    this.#what = what;
    this.#vtable = position - bytes.int32(position, what);
    this.#vtableSize = bytes.uint16(this.#vtable, `${what}: vtable`);
    this.#tableSize = bytes.uint16(this.#vtable + 2, `${what}: vtable`);
    // Runtimes and chips count on both; a reader that shrugs would see other fields than they do.
    if (position % 4 !== 0 || this.#vtable % 2 !== 0) throw new CorruptFile(`${what} is not aligned`);
    if (this.#vtableSize < 4 || this.#vtableSize % 2 !== 0 || this.#tableSize < 4) {
      throw new CorruptFile(`${what} has a vtable of ${this.#vtableSize} bytes`);
    }
    bytes.need(this.#vtable, this.#vtableSize, `${what}: vtable`);
    bytes.need(position, this.#tableSize, what);
  }

  /** The root table, which the first four bytes point at. */
  static root(bytes: Bytes, what: string): Table {
    return new Table(bytes, bytes.uint32(0, what), what);
  }

  /** Absolute position of a field of `size` bytes, or null where it has its default. */
  #field(slot: number, size: number): number | null {
    const entry = 4 + slot * 2;
    if (entry + 2 > this.#vtableSize) return null;
    const offset = this.#bytes.uint16(this.#vtable + entry, this.#what);
    if (offset === 0) return null;
    if (offset + size > this.#tableSize)
      throw new CorruptFile(`${this.#what}: field ${slot} lies outside its table`);
    if (offset < 4 || offset % size !== 0)
      throw new CorruptFile(`${this.#what}: field ${slot} is not aligned`);
    return this.#position + offset;
  }

  has(slot: number): boolean {
    return this.#field(slot, 1) !== null;
  }
  int8(slot: number, fallback: number): number {
    const at = this.#field(slot, 1);
    return at === null ? fallback : this.#bytes.view.getInt8(at);
  }
  uint8(slot: number, fallback: number): number {
    const at = this.#field(slot, 1);
    return at === null ? fallback : this.#bytes.view.getUint8(at);
  }
  int32(slot: number, fallback: number): number {
    const at = this.#field(slot, 4);
    return at === null ? fallback : this.#bytes.int32(at, this.#what);
  }
  uint32(slot: number, fallback: number): number {
    const at = this.#field(slot, 4);
    return at === null ? fallback : this.#bytes.uint32(at, this.#what);
  }
  float32(slot: number, fallback: number): number {
    const at = this.#field(slot, 4);
    if (at === null) return fallback;
    this.#bytes.need(at, 4, this.#what);
    return this.#bytes.view.getFloat32(at, true);
  }
  bool(slot: number, fallback: boolean): boolean {
    return this.int8(slot, fallback ? 1 : 0) !== 0;
  }

  /** Follows an offset field to what it points at. */
  #follow(slot: number): number | null {
    const at = this.#field(slot, 4);
    return at === null ? null : at + this.#bytes.uint32(at, this.#what);
  }
  table(slot: number, what: string): Table | null {
    const at = this.#follow(slot);
    return at === null ? null : new Table(this.#bytes, at, what);
  }
  vector(slot: number, elementSize: number, what: string): Vector | null {
    const at = this.#follow(slot);
    if (at === null) return null;
    if (at % 4 !== 0) throw new CorruptFile(`${what} is not aligned`);
    const length = this.#bytes.uint32(at, what);
    this.#bytes.need(at + 4, length * elementSize, what);
    return { start: at + 4, length };
  }
  tables(slot: number, what: string): Table[] {
    const vector = this.vector(slot, 4, what);
    return Array.from({ length: vector?.length ?? 0 }, (_, i) => {
      const at = vector!.start + 4 * i;
      return new Table(this.#bytes, at + this.#bytes.uint32(at, what), `${what} ${i}`);
    });
  }
  int32s(slot: number, what: string): number[] | null {
    const vector = this.vector(slot, 4, what);
    return (
      vector && Array.from({ length: vector.length }, (_, i) => this.#bytes.int32(vector.start + 4 * i, what))
    );
  }
  int32Vector(slot: number): readonly number[] | null {
    return this.int32s(slot, this.#what);
  }
  float32s(slot: number, what: string): number[] | null {
    const vector = this.vector(slot, 4, what);
    return (
      vector &&
      Array.from({ length: vector.length }, (_, i) => this.#bytes.view.getFloat32(vector.start + 4 * i, true))
    );
  }
  int64s(slot: number, what: string): bigint[] | null {
    const vector = this.vector(slot, 8, what);
    return (
      vector &&
      Array.from({ length: vector.length }, (_, i) =>
        this.#bytes.view.getBigInt64(vector.start + 8 * i, true),
      )
    );
  }
  /** A copy of a byte vector. */
  bytes(slot: number, what: string): Uint8Array | null {
    const vector = this.vector(slot, 1, what);
    if (vector === null) return null;
    const { buffer, byteOffset } = this.#bytes.view;
    return new Uint8Array(buffer, byteOffset + vector.start, vector.length).slice();
  }
  string(slot: number, what: string): string | null {
    const bytes = this.bytes(slot, what);
    return bytes && new TextDecoder().decode(bytes);
  }
}

// A small SSD1306: page addressing and memory, and a reader of the letters on it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { REPOSITORY } from "./wasm.ts";

const WIDTH = 128;
const GLYPH = 5;

export class FakeSsd1306 {
  readonly memory = Array.from({ length: 8 }, () => new Uint8Array(WIDTH));
  on = false;
  /** Bytes of frame memory that were sent. */
  dataBytes = 0;
  private page = 0;
  private column = 0;

  /** One I2C write: a control byte, then commands or data. */
  write(bytes: readonly number[]): void {
    const [control, ...rest] = bytes;
    if (control === 0x40) {
      this.dataBytes += rest.length;
      for (const byte of rest) this.memory[this.page]![this.column++ % WIDTH] = byte;
      return;
    }
    for (const command of rest) {
      if ((command & 0xf8) === 0xb0) this.page = command & 7;
      else if (command === 0xaf) this.on = true;
      else if (command === 0xae) this.on = false;
      else if (command === 0x00 || command === 0x10) this.column = 0;
    }
  }

  /** The text that starts at the left of a page, in letters of 6×8 or 12×16 pixels. */
  text(page: number, scale: 1 | 2 = 1): string {
    let out = "";
    for (let x = 0; x + GLYPH * scale <= WIDTH; x += (GLYPH + 1) * scale) {
      const columns = Array.from({ length: GLYPH }, (_, i) =>
        scale === 1
          ? this.memory[page]![x + i]!
          : squeeze(this.memory[page]![x + 2 * i]!) | (squeeze(this.memory[page + 1]![x + 2 * i]!) << 4),
      );
      out += FONT.get(columns.join()) ?? "�";
    }
    return out.trimEnd();
  }
}

/** Every second bit: eight pixels to four. */
function squeeze(byte: number): number {
  return (byte & 1) | ((byte >> 1) & 2) | ((byte >> 2) & 4) | ((byte >> 3) & 8);
}

/** Columns to character, from the firmware's own table. */
const FONT: ReadonlyMap<string, string> = new Map(
  [
    ...readFileSync(path.join(REPOSITORY, "firmware/bandsmith/drivers/font5x7.h"), "utf8").matchAll(
      /^ {4}\{(.*)\}, {2}\/\//gm,
    ),
  ].map((match, i) => [match[1]!.split(", ").map(Number).join(), String.fromCharCode(0x20 + i)]),
);

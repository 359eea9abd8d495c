// An SSD1306 with its glass: commands and data over I2C, frame memory, and what lights up.
// Source: Solomon Systech SSD1306 data sheet rev. 1.1; pages in brackets.
import type { Frame } from "./frame.ts";
import type { I2cDevice } from "./i2c-bus.ts";
import { COMMANDS, type DisplayCommand, type DisplayRegisters, resetRegisters } from "./ssd1306-commands.ts";

/** How the rows of a glass are wired to the controller's 64 COM pads [Table 10-3, p. 40]. */
export interface Glass {
  readonly width: 128;
  readonly height: 64 | 32;
  /** The pad of row `row`, counted from the one that shows COM0 in the module's natural set-up. */
  padOf(row: number): number;
}

/** 64 rows, alternately on the pads left and right of the segments: what DAh 12h is for. */
export const GLASS_128X64: Glass = {
  width: 128,
  height: 64,
  padOf: (row) => (row & 1) * 32 + (row >> 1),
};
/** 32 rows on the pads of one side, in order: what DAh 02h is for. */
export const GLASS_128X32: Glass = { width: 128, height: 32, padOf: (row) => row };

const COLUMNS = 128;
const PAGES = 8;
const PADS = 64;

/** The control byte [20]: Co, then D/C#. */
const CONTROL = { continuation: 0x80, data: 0x40 } as const;
/** Status on reading [23]: bit 6 is 1 while the display is off. */
const STATUS_OFF = 0x40;

export interface DisplayCounts {
  commands: number;
  dataBytes: number;
  /** Accepted, but not simulated: scrolling. */
  unsupported: number;
}

export class SimulatedSsd1306 implements I2cDevice {
  readonly counts: DisplayCounts = { commands: 0, dataBytes: 0, unsupported: 0 };
  /** Bytes that are no command, and commands with arguments outside of the data sheet, as a person reads them. */
  readonly complaints: string[] = [];
  registers: DisplayRegisters = resetRegisters();
  /** Grows with whatever may change the picture: looking at it is worth the work only then. */
  revision = 0;
  readonly glass: Glass;
  /** By page and segment; bit 0 on top. Segment remap acts on writing, as the chip's does [31]. */
  private readonly memory = new Uint8Array(PAGES * COLUMNS);
  private isPowered = true;
  private isUnplugged = false;
  private expectsControl = true;
  private isData = false;
  private isSingle = false;
  private pending: DisplayCommand | null = null;
  private pendingCode = 0;
  private args: number[] = [];

  constructor(glass: Glass = GLASS_128X64) {
    this.glass = glass;
  }

  // ---- power --------------------------------------------------------------------------------------------

  powerOff(): void {
    this.isPowered = false;
    this.memory.fill(0);
    this.registers = resetRegisters();
    this.pending = null;
    this.revision++;
  }

  /** The module's RC circuit resets the chip; what is left in the memory is noise, here nothing. */
  powerOn(): void {
    this.powerOff();
    this.isPowered = true;
  }

  /** A dip of the supply. One that is unplugged stays so. */
  brownOut(): void {
    this.powerOff();
    if (!this.isUnplugged) this.powerOn();
  }

  unplug(): void {
    this.isUnplugged = true;
    this.powerOff();
  }

  plug(): void {
    this.isUnplugged = false;
    this.powerOn();
  }

  // ---- the bus ------------------------------------------------------------------------------------------

  start(): boolean {
    this.expectsControl = true;
    return this.isPowered;
  }

  write(byte: number): boolean {
    if (this.expectsControl) {
      // Without Co, all that follows is of one kind; with it, one byte, then the next control byte.
      this.isSingle = (byte & CONTROL.continuation) !== 0;
      this.isData = (byte & CONTROL.data) !== 0;
      this.expectsControl = false;
      return true;
    }
    if (this.isData) this.putData(byte);
    else this.putCommand(byte);
    this.expectsControl = this.isSingle;
    return true;
  }

  read(): number {
    return this.registers.isOn ? 0 : STATUS_OFF;
  }

  stop(): void {
    this.expectsControl = true;
  }

  // ---- commands and data --------------------------------------------------------------------------------

  private putCommand(byte: number): void {
    if (this.pending === null) {
      this.counts.commands++;
      const found = COMMANDS[byte] ?? null;
      if (found === null) {
        this.complaints.push(`${hex(byte)} is no command`);
        return;
      }
      this.pending = found;
      this.pendingCode = byte;
      this.args = [];
    } else {
      this.args.push(byte);
    }
    if (this.args.length < this.pending.arguments) return;
    const { pending } = this;
    this.pending = null;
    if (pending.isUnsupported === true) this.counts.unsupported++;
    if (!pending.apply(this.registers, this.pendingCode, this.args)) {
      this.complaints.push(`${pending.name}: ${[this.pendingCode, ...this.args].map(hex).join(" ")}`);
    }
    this.revision++;
  }

  private putData(byte: number): void {
    const r = this.registers;
    this.counts.dataBytes++;
    const segment = r.isSegmentRemapped ? COLUMNS - 1 - r.column : r.column;
    const at = r.page * COLUMNS + segment;
    if (this.memory[at] !== byte) {
      this.memory[at] = byte;
      this.revision++;
    }
    if (r.addressing === 1) this.stepDown(r);
    else this.stepRight(r);
  }

  /** Page addressing wraps within the page, horizontal goes on to the next [34, 35]. */
  private stepRight(r: DisplayRegisters): void {
    const isPageMode = r.addressing !== 0;
    if (r.column !== (isPageMode ? COLUMNS - 1 : r.columnEnd)) {
      r.column = (r.column + 1) % COLUMNS;
      return;
    }
    r.column = isPageMode ? 0 : r.columnStart;
    if (!isPageMode) r.page = r.page === r.pageEnd ? r.pageStart : (r.page + 1) % PAGES;
  }

  /** Vertical addressing [35]. */
  private stepDown(r: DisplayRegisters): void {
    if (r.page !== r.pageEnd) {
      r.page = (r.page + 1) % PAGES;
      return;
    }
    r.page = r.pageStart;
    r.column = r.column === r.columnEnd ? r.columnStart : (r.column + 1) % COLUMNS;
  }

  // ---- the glass ----------------------------------------------------------------------------------------

  /**
   * What a person sees who holds the module with its connector on top, as most are mounted: there SEG127 and the
   * last row are at the top left, so A1h and C8h show the memory upright.
   */
  frame(): Frame {
    const r = this.registers;
    const { width, height } = this.glass;
    const pixels = new Uint8Array(width * height);
    // The glass has no supply of its own: without the charge pump it stays dark [62].
    const isOn = this.isPowered && r.isOn && r.isChargePumpOn;
    if (!isOn) return { width, height, pixels, contrast: r.contrast, isOn };
    for (let y = 0; y < height; y++) {
      const line = this.memoryLineOf(this.glass.padOf(height - 1 - y));
      if (line < 0) continue;
      const from = (line >> 3) * COLUMNS + COLUMNS - 1;
      const bit = line & 7;
      const to = y * width;
      if (r.isEntireOn) pixels.fill(1, to, to + width);
      else {
        const flip = r.isInverted ? 1 : 0;
        for (let x = 0; x < width; x++) pixels[to + x] = ((this.memory[from - x]! >> bit) & 1) ^ flip;
      }
    }
    return { width, height, pixels, contrast: r.contrast, isOn };
  }

  /** The line of the memory that a COM pad shows; −1 where the pad is not driven. */
  private memoryLineOf(pad: number): number {
    const r = this.registers;
    const com = comOf(pad, r.isComAlternative, r.isComExchanged);
    // Tables 10-1 and 10-2 [38, 39]: COMn shows row n + offset; reversed, row N − 1 − n + offset.
    const row = (r.isComReversed ? r.multiplex - 1 - com + r.offset + PADS : com + r.offset) % PADS;
    return row < r.multiplex ? (row + r.startLine) % PADS : -1;
  }
}

/** Which COM output a pad carries, by DAh [Table 10-3, p. 40]. */
function comOf(pad: number, isAlternative: boolean, isExchanged: boolean): number {
  const side = isExchanged ? (pad + PADS / 2) % PADS : pad;
  if (!isAlternative) return side;
  return side < PADS / 2 ? 2 * side : 2 * (side - PADS / 2) + 1;
}

function hex(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, "0")}h`;
}

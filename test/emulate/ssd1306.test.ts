// The simulated display against its data sheet, rev. 1.1.
import { describe, expect, it } from "vitest";
import { GLASS_128X32, GLASS_128X64, type Glass } from "../../src/emulate/ssd1306.ts";
import { DISPLAY, hostOf, talker } from "./support.ts";

/** On, upright on a usual module: A1h, C8h, charge pump. */
const UPRIGHT = [0xa1, 0xc8, 0x8d, 0x14, 0xaf];

function displayOf(glass: Glass = GLASS_128X64, start: readonly number[] = UPRIGHT) {
  const host = hostOf({ glass });
  const { write } = talker(host, DISPLAY);
  const display = {
    chip: host.display,
    commands: (...bytes: number[]) => {
      write(0x00, ...bytes);
    },
    data: (...bytes: number[]) => {
      write(0x40, ...bytes);
    },
    write,
    /** "x,y" of the lit pixels. */
    lit: (): string[] => {
      const { pixels, width } = host.display.frame();
      return [...pixels.entries()]
        .filter(([, on]) => on === 1)
        .map(([i]) => `${i % width},${Math.floor(i / width)}`);
    },
  };
  display.commands(...start);
  return display;
}

const rows = (lit: readonly string[]): number[] => [...new Set(lit.map((at) => Number(at.split(",")[1])))];

describe("addressing", () => {
  it("starts in page mode at the top left, D0 on top (p. 25)", () => {
    const d = displayOf();
    d.data(0x81);
    expect(d.lit()).toEqual(["0,0", "0,7"]);
  });

  it("by page wraps within the page (p. 34)", () => {
    const d = displayOf();
    d.commands(0xb2, 0x0e, 0x17); // Page 2, column 7Eh.
    d.data(1, 1, 1);
    expect(d.lit()).toEqual(["0,16", "126,16", "127,16"]);
  });

  it("horizontal goes through a window, page after page, and around (p. 35)", () => {
    const d = displayOf();
    d.commands(0x20, 0x00, 0x21, 10, 11, 0x22, 3, 4);
    d.data(1, 2, 4, 8, 0x80);
    expect(d.lit()).toEqual(["11,25", "10,31", "10,34", "11,35"]);
  });

  it("vertical goes down the pages first (p. 35)", () => {
    const d = displayOf();
    d.commands(0x20, 0x01, 0x21, 10, 11, 0x22, 3, 4);
    d.data(1, 2, 4, 8, 0x10);
    expect(d.lit()).toEqual(["11,26", "10,28", "10,33", "11,35"]);
  });

  it("takes control bytes with Co for one byte each (p. 20)", () => {
    const d = displayOf();
    d.write(0x80, 0xb1, 0x80, 0x02, 0xc0, 0x01, 0x40, 0x01, 0x01);
    expect(d.lit()).toEqual(["2,8", "3,8", "4,8"]);
  });

  it("segment remap is for what is written after it (p. 31)", () => {
    const d = displayOf(GLASS_128X64, [0xa0, 0xc8, 0x8d, 0x14, 0xaf]);
    d.data(1);
    expect(d.lit()).toEqual(["127,0"]);
    d.commands(0xa1);
    expect(d.lit()).toEqual(["127,0"]);
  });
});

describe("what lights up", () => {
  it("is nothing before AFh, nor without the charge pump", () => {
    const d = displayOf(GLASS_128X64, [0xa1, 0xc8, 0xa5]);
    expect(d.lit()).toEqual([]);
    d.commands(0xaf);
    expect(d.chip.frame().isOn).toBe(false);
    d.commands(0x8d, 0x14);
    expect(d.lit().length).toBe(128 * 64);
    d.commands(0xae);
    expect(d.lit()).toEqual([]);
  });

  it("is turned round by A0h and C0h", () => {
    const d = displayOf(GLASS_128X64, [0xa0, 0xc0, 0x8d, 0x14, 0xaf]);
    d.data(1);
    expect(d.lit()).toEqual(["127,63"]);
  });

  it("is inverted by A7h, and all by A5h (p. 28)", () => {
    const d = displayOf();
    d.data(1);
    d.commands(0xa7);
    expect(d.lit().length).toBe(128 * 64 - 1);
    d.commands(0xa6, 0xa5);
    expect(d.lit().length).toBe(128 * 64);
  });

  it("starts at the start line (table 10-1, p. 38: start line 8 shows RAM row 8 first)", () => {
    const d = displayOf();
    d.commands(0xb1);
    d.data(1); // RAM row 8.
    d.commands(0x40 | 8);
    expect(d.lit()).toEqual(["0,0"]);
  });

  it("moves by the display offset (tables 10-1 and 10-2)", () => {
    // Not reversed: offset 8 puts row 8 on COM0, which is the bottom of an upright module.
    const d = displayOf(GLASS_128X64, [0xa1, 0xc0, 0x8d, 0x14, 0xaf]);
    d.commands(0xb1);
    d.data(1);
    d.commands(0xd3, 8);
    expect(d.lit()).toEqual(["0,63"]);
    // Reversed: row 7 on COM0, row 8 on COM63.
    d.commands(0xc8);
    expect(d.lit()).toEqual(["0,0"]);
  });

  it("ends with the multiplex ratio: of 56 rows, 8 stay dark", () => {
    const d = displayOf(GLASS_128X64, [...UPRIGHT.slice(0, 1), 0xc0, 0x8d, 0x14, 0xaf, 0xa8, 55, 0xa5]);
    expect(rows(d.lit())).toEqual(Array.from({ length: 56 }, (_, i) => i + 8));
  });

  it("shows every second line where a glass of 64 rows is set up as one of 32 (DAh 02h)", () => {
    const d = displayOf();
    d.commands(0xda, 0x02, 0xb0);
    d.data(0x0f); // RAM rows 0 to 3.
    expect(rows(d.lit())).toEqual([0, 2, 4, 6]);
  });

  it("exchanges odd and even lines with the left/right remap", () => {
    const d = displayOf();
    d.commands(0xda, 0x32);
    d.data(0x01);
    expect(rows(d.lit())).toEqual([1]);
  });

  it("fits 128×32 with multiplex 31 and DAh 02h, and shows every second line with 12h", () => {
    const d = displayOf(GLASS_128X32, [...UPRIGHT, 0xa8, 31, 0xda, 0x02]);
    d.data(0x81);
    d.commands(0xb3, 0x00, 0x10);
    d.data(0x80);
    expect(d.lit()).toEqual(["0,0", "0,7", "0,31"]);
    d.commands(0xa8, 63, 0xda, 0x12, 0xc0);
    // From the bottom: rows 0, 2, … are on the pads that are there.
    expect(rows(d.lit()).every((row) => row % 2 === 1 || row < 32)).toBe(true);
    d.commands(0xb0, 0x00, 0x10);
    d.data(0xff);
    expect(rows(d.lit()).filter((row) => row >= 28)).toEqual([28, 29, 30, 31]);
  });

  it("has the contrast that was set", () => {
    const d = displayOf();
    expect(d.chip.frame().contrast).toBe(0x7f);
    d.commands(0x81, 0x01);
    expect(d.chip.frame().contrast).toBe(1);
  });

  it("is lost with the supply", () => {
    const d = displayOf();
    d.data(0xff);
    d.chip.powerOff();
    d.chip.powerOn();
    expect(d.chip.frame().isOn).toBe(false);
    d.commands(...UPRIGHT);
    expect(d.lit()).toEqual([]);
  });
});

describe("commands", () => {
  it("may come in pieces", () => {
    const d = displayOf();
    d.commands(0x81);
    d.commands(0x12);
    expect(d.chip.registers.contrast).toBe(0x12);
  });

  it("that are none are told, and wrong arguments as well", () => {
    const d = displayOf();
    d.commands(0xff, 0xa8, 5, 0x8d, 0x00, 0xd9, 0x01);
    expect(d.chip.complaints).toEqual([
      "FFh is no command",
      "multiplex ratio: A8h 05h",
      "charge pump: 8Dh 00h",
      "pre-charge: D9h 01h",
    ]);
  });

  it("for scrolling are taken with all their arguments, and counted", () => {
    const d = displayOf();
    d.commands(0x26, 0, 0, 0, 7, 0, 0xff, 0x29, 0, 0, 0, 7, 1, 0xa3, 0, 64, 0x2f, 0x81, 9);
    expect(d.chip.registers.contrast).toBe(9);
    expect(d.chip.counts.unsupported).toBe(4);
    expect(d.chip.complaints).toEqual([]);
  });
});

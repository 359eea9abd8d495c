// Pictures of the display: decoded again, and the letters held to the firmware's.
import { decode } from "fast-png";
import { GifReader } from "omggif";
import { describe, expect, it } from "vitest";
import { glyphColumns } from "../../src/emulate/caption-font.ts";
import type { Frame } from "../../src/emulate/frame.ts";
import { captionTime } from "../../src/emulate/picture.ts";
import { animatedGif, contactSheetPng, framePng } from "../../src/emulate/pictures.ts";

function frameOf(lit: readonly [number, number][], height: 64 | 32 = 64): Frame {
  const pixels = new Uint8Array(128 * height);
  for (const [x, y] of lit) pixels[y * 128 + x] = 1;
  return { width: 128, height, pixels, contrast: 0xff, isOn: true };
}

/** Red, green, blue at a pixel of an indexed PNG. */
function colour(png: Uint8Array, x: number, y: number): number[] {
  const { data, palette, width } = decode(png);
  return [...palette![data[y * width + x]!]!];
}

describe("a frame as PNG", () => {
  it("is four times as large, in a bezel, bright where it is lit and nearly black elsewhere", () => {
    const png = framePng(
      frameOf([
        [0, 0],
        [127, 63],
      ]),
    );
    const { width, height } = decode(png);
    expect([width, height]).toEqual([128 * 4 + 32, 64 * 4 + 32]);
    const [red, green, blue] = colour(png, 16, 16) as [number, number, number];
    expect(red + green + blue).toBeGreaterThan(600);
    expect(blue).toBeGreaterThan(red);
    expect(colour(png, 16 + 127 * 4, 16 + 63 * 4)).toEqual([red, green, blue]);
    expect(Math.max(...colour(png, 16 + 4, 16))).toBeLessThan(32);
    // The gap between two dots.
    expect(Math.max(...colour(png, 16 + 3, 16))).toBeLessThan(32);
  });

  it("is dimmer with less contrast, and dark when the display is off", () => {
    const frame = frameOf([[5, 5]]);
    const at = (f: Frame): number => colour(framePng(f), 16 + 20, 16 + 20).reduce((a, b) => a + b);
    expect(at({ ...frame, contrast: 0 })).toBeLessThan(at(frame));
    expect(at({ ...frame, contrast: 0 })).toBeGreaterThan(300);
    expect(at({ ...frame, isOn: false })).toBeLessThan(64);
  });
});

describe("several frames", () => {
  it("make a sheet of as many columns as asked for", () => {
    const items = Array.from({ length: 4 }, (_, i) => ({ frame: frameOf([[i, i]], 32), caption: `0:0${i}` }));
    const { width, height } = decode(contactSheetPng(items, 3));
    const cell = [128 * 4 + 32, 32 * 4 + 32 + 24];
    expect([width, height]).toEqual([3 * cell[0]! + 4 * 16, 2 * cell[1]! + 3 * 16]);
  });

  it("make a GIF with their durations", () => {
    const frames = [100, 2500, 5].map((millis, i) => ({ frame: frameOf([[i, 0]]), millis }));
    const reader = new GifReader(animatedGif(frames));
    expect([reader.numFrames(), reader.loopCount(), reader.width, reader.height]).toEqual([3, 0, 544, 288]);
    expect([0, 1, 2].map((i) => reader.frameInfo(i).delay)).toEqual([10, 250, 2]);
    // The second frame has its dot one display pixel further to the right.
    const rgba = new Uint8Array(544 * 288 * 4);
    reader.decodeAndBlitFrameRGBA(1, rgba);
    const at = (x: number): number => rgba[(16 * 544 + x) * 4]!;
    expect(at(16)).toBeLessThan(32);
    expect(at(20)).toBeGreaterThan(150);
  });

  it("give the same bytes each time", () => {
    const frames = [{ frame: frameOf([[1, 1]]), millis: 100 }];
    expect(animatedGif(frames)).toEqual(animatedGif(frames));
    expect(framePng(frames[0]!.frame)).toEqual(framePng(frames[0]!.frame));
  });
});

describe("captions", () => {
  it("have a letter of its own for every character of ASCII, and a box for others", () => {
    const letters = Array.from({ length: 95 }, (_, i) => glyphColumns(String.fromCharCode(0x20 + i)).join());
    expect(new Set(letters).size).toBe(95);
    expect(glyphColumns("A")).toEqual([0x7e, 0x11, 0x11, 0x11, 0x7e]);
    expect(glyphColumns("é")).toEqual([0x7f, 0x41, 0x41, 0x41, 0x7f]);
  });

  it("say minutes, seconds and tenths", () => {
    expect(captionTime(0)).toBe("0:00.0");
    expect(captionTime(61_250_000)).toBe("1:01.2");
  });
});

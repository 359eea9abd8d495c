// Writes firmware/bandsmith/drivers/fonts/*.h from the console fonts of the Spleen family.
// npx tsx scripts/make-fonts.ts FOLDER, where FOLDER holds spleen-5x8.psfu.gz and so on (Debian's fonts-spleen).
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const SIZES = ["5x8", "8x16", "12x24"] as const;
const TARGET = path.resolve(import.meta.dirname, "../firmware/bandsmith/drivers/fonts");
/** ASCII and the upper half of Latin 1: what labels in western European languages are written with. */
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0xff],
] as const;

interface ConsoleFont {
  readonly width: number;
  readonly height: number;
  /** Rows of a character, most significant bit to the left. */
  rows(codePoint: number): readonly number[] | undefined;
}

/** The three parts of a console font file, as the Linux kernel's and kbd's documentation of PSF tell them. */
interface PsfLayout {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly glyphsAt: number;
  readonly glyphBytes: number;
  /** What each glyph stands for, one text a glyph. */
  readonly meanings: readonly string[];
}

function readPsf1(bytes: Buffer): PsfLayout {
  const count = (bytes[2]! & 1) === 0 ? 256 : 512;
  const height = bytes[3]!;
  const units = bytes.subarray(4 + count * height);
  const meanings: string[] = [];
  let text = "";
  let combining = false;
  for (let at = 0; at + 1 < units.length; at += 2) {
    const unit = units.readUInt16LE(at);
    if (unit === 0xffff) {
      meanings.push(text);
      [text, combining] = ["", false];
    } else if (unit === 0xfffe) combining = true;
    else if (!combining) text += String.fromCodePoint(unit);
  }
  return { width: 8, height, count, glyphsAt: 4, glyphBytes: height, meanings };
}

function readPsf2(bytes: Buffer): PsfLayout {
  const [glyphsAt, count, glyphBytes, height, width] = [8, 16, 20, 24, 28].map((at) =>
    bytes.readUInt32LE(at),
  ) as [number, number, number, number, number];
  const meanings: string[] = [];
  for (let at = glyphsAt + count * glyphBytes; meanings.length < count; ) {
    const end = bytes.indexOf(0xff, at);
    // 0xFE begins a sequence of combining characters, which labels are not written with.
    const entry = bytes.subarray(at, end);
    const combining = entry.indexOf(0xfe);
    meanings.push((combining < 0 ? entry : entry.subarray(0, combining)).toString("utf8"));
    at = end + 1;
  }
  return { width, height, count, glyphsAt, glyphBytes, meanings };
}

function readFont(bytes: Buffer): ConsoleFont {
  const isPsf2 = bytes.readUInt32LE(0) === 0x864ab572;
  if (!isPsf2 && bytes.readUInt16LE(0) !== 0x0436) throw new Error("not a PSF font");
  const { width, height, glyphsAt, glyphBytes, meanings } = isPsf2 ? readPsf2(bytes) : readPsf1(bytes);
  const glyphOf = new Map<number, number>();
  meanings.forEach((letters, glyph) => {
    for (const letter of letters) glyphOf.set(letter.codePointAt(0)!, glyph);
  });
  const rowBytes = Math.ceil(width / 8);
  return {
    width,
    height,
    rows: (codePoint) => {
      const glyph = glyphOf.get(codePoint);
      if (glyph === undefined) return undefined;
      const start = glyphsAt + glyph * glyphBytes;
      return Array.from(
        { length: height },
        (_, y) => bytes.readUIntBE(start + y * rowBytes, rowBytes) >> (8 * rowBytes - width),
      );
    },
  };
}

/** The display's order: pages of eight rows from the top, in each a byte a column, bit 0 on top. */
function columns(font: ConsoleFont, rows: readonly number[]): number[] {
  const bytes: number[] = [];
  for (let page = 0; page < font.height / 8; page++) {
    for (let x = 0; x < font.width; x++) {
      let byte = 0;
      for (let bit = 0; bit < 8; bit++) {
        byte |= ((rows[page * 8 + bit]! >> (font.width - 1 - x)) & 1) << bit;
      }
      bytes.push(byte);
    }
  }
  return bytes;
}

/** The small font has empty glyphs for what it does not draw. */
function drawn(font: ConsoleFont, codePoint: number): readonly number[] | undefined {
  const rows = font.rows(codePoint);
  return codePoint === 0x20 || rows?.some((row) => row !== 0) ? rows : undefined;
}

/** A letter without its accent; the no-break space and the soft hyphen look like their breaking sisters. */
function plain(codePoint: number): number {
  if (codePoint === 0xa0) return 0x20;
  if (codePoint === 0xad) return 0x2d;
  return String.fromCodePoint(codePoint).normalize("NFD").codePointAt(0)!;
}

function header(size: string, font: ConsoleFont): string {
  const hex = (byte: number): string => `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  const glyphs = RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  ).map((codePoint) => {
    const rows = drawn(font, codePoint) ?? drawn(font, plain(codePoint)) ?? font.rows(0x3f);
    const letter = codePoint === 0x5c ? "backslash" : String.fromCodePoint(codePoint);
    if (rows === undefined) throw new Error(`no glyph U+${codePoint.toString(16)}`);
    return `    {${columns(font, rows).map(hex).join(", ")}},  // ${letter.trim() === "" ? "space" : letter}`;
  });
  return `// The console font Spleen, ${font.width}×${font.height}, in the display's order. Made by scripts/make-fonts.ts of Bandsmith.
// Copyright (c) 2018-2020 Frederic Cambus. BSD 2-Clause; the licence is in LICENSE.spleen beside this file.
// clang-format off
#pragma once

#include <stdint.h>

#include "bandsmith/drivers/fonts/font.h"

namespace bandsmith {

inline constexpr uint8_t kSpleen${size}Glyphs[kGlyphCount][${(font.width * font.height) / 8}] = {
${glyphs.join("\n")}
};

inline constexpr Font kSpleen${size} = {${font.width}, ${font.height / 8}, kSpleen${size}Glyphs[0]};

}  // namespace bandsmith
`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("which folder holds the fonts?");
for (const size of SIZES) {
  const font = readFont(gunzipSync(readFileSync(path.join(folder, `spleen-${size}.psfu.gz`))));
  writeFileSync(path.join(TARGET, `spleen_${size}.h`), header(size, font));
}

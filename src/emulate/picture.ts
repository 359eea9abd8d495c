// A display's frame as a picture: indices into a small palette, four image pixels a display pixel.
import { GLYPH_COLUMNS, glyphColumns } from "./caption-font.ts";
import type { Frame } from "./frame.ts";

export type Colour = readonly [red: number, green: number, blue: number];

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** One palette index a pixel. */
  readonly pixels: Uint8Array;
}

/** What the indices mean; lit pixels and their glow come after, in steps of brightness. */
const INK = { paper: 0, caption: 1, bezel: 2, edge: 3, glass: 4, dark: 5, lit: 6 } as const;
const SHADES = 8;

const DIMMEST: Colour = [86, 138, 158];
const BRIGHTEST: Colour = [214, 246, 255];

export const PALETTE: readonly Colour[] = [
  [250, 250, 248],
  [52, 56, 64],
  [19, 21, 26],
  [44, 48, 56],
  [4, 6, 12],
  [9, 13, 23],
  ...Array.from({ length: SHADES }, (_, i) => mix(DIMMEST, BRIGHTEST, i / (SHADES - 1))),
  // The glow between two lit pixels.
  ...Array.from({ length: SHADES }, (_, i) => mix([14, 26, 36], [46, 82, 98], i / (SHADES - 1))),
];

const SCALE = 4;
/** Of each four image pixels, one is the gap. */
const DOT = SCALE - 1;
const BEZEL = 10;
const MARGIN = 6;
const BORDER = BEZEL + MARGIN;
const CAPTION_SCALE = 2;
const CAPTION_HEIGHT = 8 * CAPTION_SCALE + 8;
const SHEET_GAP = 16;

/** The display in its bezel. */
export function pictureOf(frame: Frame): Picture {
  const width = frame.width * SCALE + 2 * BORDER;
  const height = frame.height * SCALE + 2 * BORDER;
  const picture = { width, height, pixels: new Uint8Array(width * height).fill(INK.bezel) };
  fill(picture, 1, 1, width - 2, height - 2, INK.edge);
  fill(picture, 2, 2, width - 4, height - 4, INK.bezel);
  fill(picture, BEZEL, BEZEL, width - 2 * BEZEL, height - 2 * BEZEL, INK.glass);

  // The eye sees half the current as more than half as bright.
  const shade = Math.round(Math.sqrt(frame.contrast / 255) * (SHADES - 1));
  const lit = INK.lit + shade;
  const glow = INK.lit + SHADES + shade;
  const isLit = (x: number, y: number): boolean =>
    frame.isOn && x < frame.width && y < frame.height && frame.pixels[y * frame.width + x] === 1;
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const left = BORDER + x * SCALE;
      const top = BORDER + y * SCALE;
      const on = isLit(x, y);
      fill(picture, left, top, DOT, DOT, on ? lit : INK.dark);
      if (on && isLit(x + 1, y)) fill(picture, left + DOT, top, 1, DOT, glow);
      if (on && isLit(x, y + 1)) fill(picture, left, top + DOT, DOT, 1, glow);
    }
  }
  return picture;
}

export interface Captioned {
  readonly frame: Frame;
  /** ASCII; what does not fit under the picture is cut off. */
  readonly caption: string;
}

/** Several pictures with a line of text below each, row by row. */
export function contactSheet(items: readonly Captioned[], columns = 3): Picture {
  const pictures = items.map(({ frame }) => pictureOf(frame));
  const cellWidth = Math.max(0, ...pictures.map((picture) => picture.width));
  const cellHeight = Math.max(0, ...pictures.map((picture) => picture.height)) + CAPTION_HEIGHT;
  const used = Math.max(1, Math.min(columns, items.length));
  const rows = Math.ceil(items.length / used);
  const width = used * (cellWidth + SHEET_GAP) + SHEET_GAP;
  const height = rows * (cellHeight + SHEET_GAP) + SHEET_GAP;
  const sheet = { width, height, pixels: new Uint8Array(width * height).fill(INK.paper) };
  pictures.forEach((picture, i) => {
    const left = SHEET_GAP + (i % used) * (cellWidth + SHEET_GAP);
    const top = SHEET_GAP + Math.floor(i / used) * (cellHeight + SHEET_GAP);
    for (let y = 0; y < picture.height; y++) {
      const row = picture.pixels.subarray(y * picture.width, (y + 1) * picture.width);
      sheet.pixels.set(row, (top + y) * width + left);
    }
    write(sheet, left, top + picture.height + 8, cellWidth, items[i]!.caption);
  });
  return sheet;
}

/** `m:ss.t` of virtual time, as captions have it. */
export function captionTime(micros: number): string {
  const tenths = Math.floor(micros / 1e5);
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.${tenths % 10}`;
}

function write(picture: Picture, x: number, y: number, room: number, text: string): void {
  const advance = (GLYPH_COLUMNS + 1) * CAPTION_SCALE;
  Array.from(text)
    .slice(0, Math.floor(room / advance))
    .forEach((character, i) => {
      glyphColumns(character).forEach((column, dx) => {
        for (let dy = 0; dy < 8; dy++) {
          if (((column >> dy) & 1) === 0) continue;
          const left = x + i * advance + dx * CAPTION_SCALE;
          fill(picture, left, y + dy * CAPTION_SCALE, CAPTION_SCALE, CAPTION_SCALE, INK.caption);
        }
      });
    });
}

function fill(picture: Picture, x: number, y: number, width: number, height: number, ink: number): void {
  for (let row = y; row < y + height; row++) {
    const from = row * picture.width + x;
    picture.pixels.fill(ink, from, from + width);
  }
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const part = (i: 0 | 1 | 2): number => Math.round(from[i] + share * (to[i] - from[i]));
  return [part(0), part(1), part(2)];
}

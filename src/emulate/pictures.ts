// What the display showed, as files: PNG of one frame or a sheet of them, GIF of a run. The bytes depend on the frames
// alone.
import { encode } from "fast-png";
import { GifWriter } from "omggif";
import { invariant } from "../util/errors.ts";
import type { Frame } from "./frame.ts";
import { type Captioned, contactSheet, PALETTE, type Picture, pictureOf } from "./picture.ts";

export interface TimedFrame {
  readonly frame: Frame;
  /** How long it stands. */
  readonly millis: number;
}

/** Browsers show shorter ones as 100 ms. */
const SHORTEST_GIF_MILLIS = 20;
/** A GIF's delay has 16 bits of hundredths of a second. */
const LONGEST_GIF_MILLIS = 655_350;

export function framePng(frame: Frame): Uint8Array {
  return png(pictureOf(frame));
}

export function contactSheetPng(items: readonly Captioned[], columns = 3): Uint8Array {
  return png(contactSheet(items, columns));
}

/** Plays for ever. At least one frame, and all of one glass. */
export function animatedGif(frames: readonly TimedFrame[]): Uint8Array {
  const [first] = frames;
  invariant(first !== undefined, "a GIF has at least one frame");
  const { width, height } = pictureOf(first.frame);
  const bytes: number[] = [];
  const writer = new GifWriter(bytes, width, height, { palette: GIF_PALETTE, loop: 0 });
  for (const { frame, millis } of frames) {
    const clamped = Math.min(LONGEST_GIF_MILLIS, Math.max(SHORTEST_GIF_MILLIS, millis));
    writer.addFrame(0, 0, width, height, pictureOf(frame).pixels, { delay: Math.round(clamped / 10) });
  }
  return Uint8Array.from(bytes.slice(0, writer.end()));
}

/** GIF wants a power of two. */
const GIF_PALETTE: readonly number[] = Array.from({ length: 32 }, (_, i) => {
  const [red, green, blue] = PALETTE[i] ?? [0, 0, 0];
  return (red << 16) | (green << 8) | blue;
});

function png({ width, height, pixels }: Picture): Uint8Array {
  const palette = PALETTE.map(([red, green, blue]) => [red, green, blue] as [number, number, number]);
  return encode({ width, height, data: pixels, depth: 8, channels: 1, palette }, { zlib: { level: 9 } });
}

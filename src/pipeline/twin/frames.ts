// What the display showed, kept small however long a run is, and written as pictures.
import path from "node:path";
import type { Frame } from "../../emulate/frame.ts";
import { animatedGif, contactSheetPng, framePng } from "../../emulate/pictures.ts";
import { writeWhole } from "../files.ts";

interface Shot {
  readonly frame: Frame;
  readonly seconds: number;
}

const MOST_KEPT = 4000;
const MOST_PICTURES = 24;
const MOST_GIF_FRAMES = 240;
const SHEET_COLUMNS = 4;

export interface FrameRecorder {
  add(frame: Frame, micros: number): void;
  /** Lit pictures only. */
  shots(): readonly Shot[];
}

/** Keeps pictures at an interval that doubles whenever there are too many. */
export function createFrameRecorder(): FrameRecorder {
  let kept: Shot[] = [];
  let interval = 0;
  /** When the last kept picture, or the first that it has replaced, was shown. */
  let anchor = Number.NEGATIVE_INFINITY;
  return {
    add(frame, micros) {
      const seconds = micros / 1e6;
      if (!frame.isOn || !frame.pixels.includes(1)) return;
      // Of pictures that follow each other too closely the later one is whole: a frame is sent page by page.
      if (kept.length > 0 && seconds - anchor < Math.max(interval, SETTLE_SECONDS)) kept.pop();
      else anchor = seconds;
      kept.push({ frame, seconds });
      if (kept.length <= MOST_KEPT) return;
      kept = kept.filter((_, i) => i % 2 === 0);
      interval = Math.max(1, 2 * interval);
    },
    shots: () => kept,
  };
}

/** A whole frame takes 25 ms on the bus. */
const SETTLE_SECONDS = 0.1;

/**
 * Writes frame-*.png, contact-sheet.png and band.gif.
 * @returns their names
 */
export function writeFrames(folder: string, shots: readonly Shot[]): string[] {
  if (shots.length === 0) return [];
  const names: string[] = [];
  const write = (name: string, bytes: Uint8Array): void => {
    writeWhole(path.join(folder, name), bytes);
    names.push(name);
  };
  const chosen = spread(shots, MOST_PICTURES);
  chosen.forEach(({ frame }, i) => {
    write(`frame-${String(i + 1).padStart(2, "0")}.png`, framePng(frame));
  });
  write(
    "contact-sheet.png",
    contactSheetPng(
      chosen.map(({ frame, seconds }) => ({ frame, caption: `${seconds.toFixed(1)} s` })),
      SHEET_COLUMNS,
    ),
  );
  const moving = spread(shots, MOST_GIF_FRAMES);
  const frames = moving.map(({ frame, seconds }, i) => ({
    frame,
    millis: Math.min(1500, 1000 * ((moving[i + 1]?.seconds ?? seconds + 1.5) - seconds)),
  }));
  write("band.gif", animatedGif(frames));
  return names;
}

/** At most `most` of the items, evenly, the first and the last among them. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}

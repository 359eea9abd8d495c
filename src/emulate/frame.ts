// What a person sees on the display.

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel, row by row from the top left: 1 is lit. */
  readonly pixels: Uint8Array;
  /** 0 to 255, as the command 81h sets it. */
  readonly contrast: number;
  /** False: dark, whatever the memory holds. */
  readonly isOn: boolean;
}

export function sameFrame(a: Frame, b: Frame): boolean {
  if (a.isOn !== b.isOn || a.contrast !== b.contrast || a.pixels.length !== b.pixels.length) return false;
  for (let i = 0; i < a.pixels.length; i++) if (a.pixels[i] !== b.pixels[i]) return false;
  return true;
}

/** Rows of text, for tests and terminals: two pixel rows a line of half blocks. */
export function frameText(frame: Frame): string {
  const lines: string[] = [];
  for (let y = 0; y < frame.height; y += 2) {
    let line = "";
    for (let x = 0; x < frame.width; x++) {
      const top = frame.pixels[y * frame.width + x]!;
      const bottom = frame.pixels[(y + 1) * frame.width + x] ?? 0;
      line += [" ", "▄", "▀", "█"][2 * top + bottom]!;
    }
    lines.push(line.trimEnd());
  }
  return lines.join("\n");
}

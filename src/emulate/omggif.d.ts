// The part of omggif 1.0 that Bandsmith uses; the package brings no types.
declare module "omggif" {
  export class GifWriter {
    /** `buffer` grows; `palette` has a power of two of 0xRRGGBB; `loop` 0 plays for ever. */
    constructor(
      buffer: number[],
      width: number,
      height: number,
      options: { readonly palette: readonly number[]; readonly loop: number },
    );
    /** `delay` in hundredths of a second. */
    addFrame(
      x: number,
      y: number,
      width: number,
      height: number,
      pixels: Uint8Array,
      options: { readonly delay: number },
    ): void;
    end(): number;
  }
  export class GifReader {
    readonly width: number;
    readonly height: number;
    constructor(bytes: Uint8Array);
    numFrames(): number;
    loopCount(): number | null;
    frameInfo(frame: number): { readonly delay: number };
    decodeAndBlitFrameRGBA(frame: number, into: Uint8Array): void;
  }
}

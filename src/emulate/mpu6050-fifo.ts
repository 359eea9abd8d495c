// The sensor's FIFO: a ring of bytes, and beside it which sample each byte is of.
// Source: InvenSense Register Map rev. 4.2, p. 43 and 44.
import { SENSOR_AXES } from "./motion-source.ts";
import { SampleLog } from "./sample-log.ts";

export interface FifoCounts {
  /** Samples that were written. */
  produced: number;
  /** Samples of which every byte was read, in one piece. */
  read: number;
  /** Samples that lost bytes to newer ones, or were lost whole. */
  overwritten: number;
  /** Samples that a reset threw away. */
  discarded: number;
  /** Bytes asked for while there were none. */
  emptyReads: number;
  resets: number;
}

export class SensorFifo {
  readonly log = new SampleLog();
  readonly counts: FifoCounts = {
    produced: 0,
    read: 0,
    overwritten: 0,
    discarded: 0,
    emptyReads: 0,
    resets: 0,
  };
  /** MPU-6500, CONFIG bit 6: what comes when it is full is dropped. */
  stopsWhenFull = false;
  private readonly ring: Uint8Array;
  /** Bytes written and taken since the last reset; their difference is what is held. */
  private written = 0;
  private taken = 0;
  /** Reads since here are of one piece: an overwriting moves it. */
  private wholeFrom = 0;
  private lastByte = 0;
  private ordinal = 0;
  // The samples held, in a ring of their own: a sample has at least two bytes.
  private readonly frames: number;
  private firstFrame = 0;
  private frameCount = 0;
  private readonly frameStart: Float64Array;
  private readonly frameEnd: Float64Array;
  private readonly frameOrdinal: Uint32Array;
  private readonly frameTaken: Float64Array;
  private readonly frameRecording: Float64Array;
  private readonly frameCounts: Int16Array;

  constructor(bytes: number) {
    this.ring = new Uint8Array(bytes);
    this.frames = bytes / 2 + 1;
    this.frameStart = new Float64Array(this.frames);
    this.frameEnd = new Float64Array(this.frames);
    this.frameOrdinal = new Uint32Array(this.frames);
    this.frameTaken = new Float64Array(this.frames);
    this.frameRecording = new Float64Array(this.frames);
    this.frameCounts = new Int16Array(this.frames * SENSOR_AXES);
  }

  get held(): number {
    return this.written - this.taken;
  }

  /**
   * Writes one sample: `bytes[0..count)`, of the six `counts`.
   * @returns true if it ran over
   */
  push(
    bytes: Uint8Array,
    count: number,
    counts: Int16Array,
    takenMicros: number,
    recordingSeconds: number,
  ): boolean {
    this.counts.produced++;
    const ordinal = this.ordinal++;
    const over = Math.max(0, this.held + count - this.ring.length);
    if (over > 0 && this.stopsWhenFull) {
      this.counts.overwritten++;
      return true;
    }
    const slot = (this.firstFrame + this.frameCount) % this.frames;
    this.frameCount++;
    this.frameStart[slot] = this.written;
    this.frameEnd[slot] = this.written + count;
    this.frameOrdinal[slot] = ordinal;
    this.frameTaken[slot] = takenMicros;
    this.frameRecording[slot] = recordingSeconds;
    for (let i = 0; i < SENSOR_AXES; i++) this.frameCounts[slot * SENSOR_AXES + i] = counts[i]!;
    for (let i = 0; i < count; i++) this.ring[(this.written + i) % this.ring.length] = bytes[i]!;
    this.written += count;
    if (over > 0) this.overwrite(over);
    return over > 0;
  }

  /** "If the FIFO buffer is empty, this register will return the last byte that was previously read" (p. 44). */
  pop(nowMicros: number): number {
    if (this.taken === this.written) {
      this.counts.emptyReads++;
      return this.lastByte;
    }
    this.lastByte = this.ring[this.taken % this.ring.length]!;
    this.taken++;
    if (this.taken === this.frameEnd[this.firstFrame]) this.finishFrame(nowMicros);
    return this.lastByte;
  }

  /** FIFO_RESET. */
  reset(): void {
    // One that an overwriting had broken is counted already.
    const isFirstBroken = this.frameCount > 0 && this.frameStart[this.firstFrame]! < this.wholeFrom;
    this.counts.discarded += this.frameCount - (isFirstBroken ? 1 : 0);
    this.counts.resets++;
    this.written = 0;
    this.taken = 0;
    this.wholeFrom = 0;
    this.ordinal = 0;
    this.firstFrame = 0;
    this.frameCount = 0;
  }

  private finishFrame(nowMicros: number): void {
    const slot = this.firstFrame;
    if (this.frameStart[slot]! >= this.wholeFrom) {
      this.counts.read++;
      this.log.add(
        this.frameCounts,
        slot * SENSOR_AXES,
        this.counts.resets,
        this.frameOrdinal[slot]!,
        this.frameTaken[slot]!,
        nowMicros,
        this.frameRecording[slot]!,
      );
    }
    this.dropFrame();
  }

  /** The oldest bytes give way to the newest. */
  private overwrite(count: number): void {
    this.taken += count;
    // The sample that was being read is broken as well.
    for (let at = this.firstFrame; this.frameCount > 0; at = this.firstFrame) {
      if (this.frameStart[at]! >= this.taken) break;
      if (this.frameStart[at]! >= this.wholeFrom) this.counts.overwritten++;
      if (this.frameEnd[at]! > this.taken) break;
      this.dropFrame();
    }
    this.wholeFrom = this.taken;
  }

  private dropFrame(): void {
    this.firstFrame = (this.firstFrame + 1) % this.frames;
    this.frameCount--;
  }
}

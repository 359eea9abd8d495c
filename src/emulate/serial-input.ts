// The band's receiving side of the serial port: bytes arrive one after the other at the port's speed. A chip that sleeps
// is woken by them, and loses those that come before it is awake.
import type { VirtualClock } from "./virtual-clock.ts";

/** 115200 baud, ten bits a byte. */
const BYTE_MICROS = 10e6 / 115_200;
/** The UART's own buffer: what does not fit is lost. */
const BUFFER_BYTES = 512;

export class SerialInput {
  private readonly clock: VirtualClock;
  private readonly coming: { readonly byte: number; readonly atMicros: number }[] = [];
  private there: number[] = [];
  private freeAtMicros = 0;
  /** Bytes that a sleeping chip, or a full buffer, has not taken. */
  lost = 0;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  /** Sends text to the band, behind what is still under way. */
  send(text: string): void {
    for (const byte of new TextEncoder().encode(text)) {
      this.freeAtMicros = Math.max(this.freeAtMicros, this.clock.micros) + BYTE_MICROS;
      this.coming.push({ byte, atMicros: this.freeAtMicros });
    }
  }

  /** When the next byte arrives; Infinity where none is under way. */
  get nextMicros(): number {
    return this.coming[0]?.atMicros ?? Number.POSITIVE_INFINITY;
  }

  /** What has arrived until now lies in the UART's buffer: also where the chip goes to sleep. */
  keep(): void {
    this.there.push(...this.arrived());
    this.lost += Math.max(0, this.there.length - BUFFER_BYTES);
    this.there.length = Math.min(this.there.length, BUFFER_BYTES);
  }

  /** The chip has slept until now. */
  slept(): void {
    this.lost += this.arrived().length;
  }

  /** The processor starts anew: its buffer is empty. */
  restart(): void {
    this.lost += this.arrived().length + this.there.length;
    this.there = [];
  }

  read(memory: Uint8Array, at: number, capacity: number): number {
    this.keep();
    const taken = this.there.splice(0, capacity);
    memory.set(taken, at);
    return taken.length;
  }

  private arrived(): number[] {
    const count = this.coming.findIndex(({ atMicros }) => atMicros > this.clock.micros);
    return this.coming.splice(0, count < 0 ? this.coming.length : count).map(({ byte }) => byte);
  }
}

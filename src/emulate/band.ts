// The band: the real firmware, compiled to WebAssembly, on the simulated board.
import type { BandHost } from "./host.ts";
import { RestartSignal } from "./host.ts";
import type { ResetReason } from "./power.ts";
import { ShadowStack, stackBounds } from "./shadow-stack.ts";

interface BandExports {
  readonly memory: WebAssembly.Memory;
  readonly __wasm_call_ctors?: () => void;
  band_setup(): void;
  band_loop(): void;
}

export interface BandSettings {
  /** What was given to the linker as `-z stack-size`. */
  readonly stackBytes?: number;
  /** Called at every start with what the module exports, before band_setup(). */
  readonly onStart?: (exports: Readonly<Record<string, unknown>>) => void;
}

export const STACK_BYTES = 16_384;
/** So many crashes without STEADY_MICROS between them end a run. */
const MAX_CRASHES = 5;
const STEADY_MICROS = 30_000_000;
/** Turns of the loop without a microsecond passing. */
const MAX_IDLE_TURNS = 100_000;

export class Band {
  readonly host: BandHost;
  private readonly module: WebAssembly.Module;
  private readonly stackBytes: number;
  private readonly onStart: NonNullable<BandSettings["onStart"]>;
  private exports: BandExports | null = null;
  private stack: ShadowStack | null = null;
  private buffer: ArrayBuffer | null = null;
  private bytes = new Uint8Array(0);
  /** The buffer of a memory that has grown says 0. */
  private memoryBytes = 0;
  private smallestFreeStack = Number.POSITIVE_INFINITY;
  private crashes = 0;
  private lastCrashMicros = 0;
  private hasGivenUp = false;
  private readonly decoder = new TextDecoder();

  constructor(module: WebAssembly.Module, host: BandHost, settings: BandSettings = {}) {
    this.module = module;
    this.host = host;
    this.stackBytes = settings.stackBytes ?? STACK_BYTES;
    this.onStart = settings.onStart ?? (() => undefined);
  }

  /** Runs until so much virtual time has passed since the twin's beginning; starts the band if it is not running. */
  run(untilSeconds: number): void {
    const until = untilSeconds * 1e6;
    const { clock } = this.host;
    while (clock.micros < until && !this.hasGivenUp) {
      try {
        if (this.exports === null) this.start(this.host.starts === 0 ? "powerOn" : this.host.resetReason);
        else this.turn(until);
      } catch (error) {
        this.stopped(error);
      }
    }
    this.host.observe();
  }

  /** Stops the program where it stands; the next run() starts it anew, with the same store. */
  restart(reason: ResetReason): void {
    this.noteStack();
    this.exports = null;
    this.host.resetReason = reason;
  }

  /** Stack that was never used in any start so far, in bytes; the full size before the first. */
  freeStackBytes(): number {
    this.noteStack();
    return Math.min(this.smallestFreeStack, this.stack?.sizeBytes ?? this.stackBytes);
  }

  /** The running program's memory, for tests; null while it stands. */
  get memory(): Uint8Array | null {
    return this.exports === null ? null : this.view();
  }

  private start(reason: ResetReason): void {
    this.host.boot(reason);
    const instance = new WebAssembly.Instance(this.module, { bandsmith: this.imports() });
    const exports = instance.exports as unknown as BandExports;
    const [low, high] = stackBounds(instance.exports, this.stackBytes);
    this.stack = new ShadowStack(exports.memory, low, high);
    this.buffer = null;
    this.exports = exports;
    this.view();
    exports.__wasm_call_ctors?.();
    this.onStart(instance.exports);
    exports.band_setup();
    this.host.observe();
  }

  private turn(until: number): void {
    const exports = this.exports!;
    const { clock } = this.host;
    let idle = 0;
    while (clock.micros < until) {
      const before = clock.micros;
      exports.band_loop();
      this.host.loopEnded();
      if (exports.memory.buffer !== this.buffer) this.view();
      idle = clock.micros === before ? idle + 1 : 0;
      if (idle < MAX_IDLE_TURNS) continue;
      this.host.find("standstill", `${MAX_IDLE_TURNS} turns of the loop took no time`);
      this.hasGivenUp = true;
      return;
    }
  }

  private stopped(error: unknown): void {
    if (error instanceof RestartSignal) {
      this.restart(error.reason);
      return;
    }
    // A trap is the firmware's; everything else is a bug of the twin.
    if (error instanceof BadPointer) this.host.find("bad-pointer", error.message);
    else if (isTrap(error)) this.host.find("crash", error.message);
    else throw error;
    this.restart("panic");
    const { micros } = this.host.clock;
    this.crashes = micros - this.lastCrashMicros > STEADY_MICROS ? 1 : this.crashes + 1;
    this.lastCrashMicros = micros;
    if (this.crashes < MAX_CRASHES) return;
    this.host.find("crash-loop", `${MAX_CRASHES} crashes in a row`);
    this.hasGivenUp = true;
  }

  private noteStack(): void {
    if (this.stack !== null && this.exports !== null) {
      this.smallestFreeStack = Math.min(this.smallestFreeStack, this.stack.freeBytes());
    }
  }

  /** The module's memory; a grown one has a new buffer. */
  private view(): Uint8Array {
    const { buffer } = this.exports!.memory;
    if (buffer !== this.buffer) {
      if (this.buffer !== null) {
        this.host.find("memory-growth", `${this.memoryBytes} bytes became ${buffer.byteLength}`);
      }
      this.buffer = buffer;
      this.memoryBytes = buffer.byteLength;
      this.bytes = new Uint8Array(buffer);
    }
    return this.bytes;
  }

  private text(at: number, length: number): string {
    const from = at >>> 0;
    return this.decoder.decode(this.view().subarray(from, from + (length >>> 0)));
  }

  /** The view, if [at, at + count) lies within it; what does not is the firmware's fault. */
  private checked(at: number, count: number): Uint8Array {
    const bytes = this.view();
    if ((at >>> 0) + (count >>> 0) > bytes.length) {
      throw new BadPointer(`${count >>> 0} bytes at ${at >>> 0}`);
    }
    return bytes;
  }

  private imports(): Record<string, unknown> {
    const { host } = this;
    return {
      i2c_write: (address: number, at: number, count: number) =>
        host.i2cWrite(address, this.checked(at, count), at >>> 0, count >>> 0),
      i2c_write_read: (address: number, out: number, outCount: number, into: number, count: number) => {
        this.checked(out, outCount);
        const bytes = this.checked(into, count);
        return host.i2cWriteRead(address, bytes, out >>> 0, outCount >>> 0, into >>> 0, count >>> 0);
      },
      i2c_recover: () => host.i2cRecover(),
      clock_micros: () => host.clockMicros(),
      clock_wait: (millis: number) => {
        host.clockWait(millis >>> 0);
      },
      sleep: (millis: number, motion: number) => host.sleep(millis >>> 0, motion !== 0),
      log_line: (at: number, length: number) => {
        this.checked(at, length);
        host.logLine(this.text(at, length));
      },
      store_read: (key: number, keyLength: number, at: number, count: number) =>
        host.storeRead(this.text(key, keyLength), this.checked(at, count), at >>> 0, count >>> 0),
      store_write: (key: number, keyLength: number, at: number, count: number) =>
        host.storeWrite(this.text(key, keyLength), this.checked(at, count), at >>> 0, count >>> 0),
      flash_bytes: () => host.flash.bytes.length,
      flash_read: (offset: number, at: number, count: number) =>
        host.flashRead(offset >>> 0, this.checked(at, count), at >>> 0, count >>> 0),
      flash_erase_sector: (offset: number) => host.flashEraseSector(offset >>> 0),
      flash_write: (offset: number, at: number, count: number) =>
        host.flashWrite(offset >>> 0, this.checked(at, count), at >>> 0, count >>> 0),
      serial_read: (at: number, capacity: number) =>
        host.serialRead(this.checked(at, capacity), at >>> 0, capacity >>> 0),
      button_is_down: () => host.buttonIsDown(),
      reset_reason: () => host.resetReasonCode(),
      free_stack: () => this.stack?.freeBytes() ?? 0,
      battery_millivolts: () => host.batteryMillivolts(),
      feed_watchdog: () => {
        host.feedWatchdog();
      },
    };
  }
}

/** What the firmware handed over is not in its memory. */
class BadPointer extends Error {}

/** WebAssembly.RuntimeError, and the RangeError of a stack that ran over. */
function isTrap(error: unknown): error is Error {
  return error instanceof Error && (error.name === "RuntimeError" || error instanceof RangeError);
}

// The band as a process of this computer, served by the same simulated devices: firmware/host/pipe.cpp's other side.
// Everything is synchronous: a request is read, answered, and meanwhile nothing else is to be done.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { STACK_BYTES } from "../../emulate/band.ts";
import { type BandHost, RestartSignal } from "../../emulate/host.ts";
import type { ResetReason } from "../../emulate/power.ts";
import { invariant } from "../../util/errors.ts";
import { twinNeedsPosix } from "../../util/messages.ts";

/** Op of pipe.cpp. */
const OP = {
  i2cWrite: 0,
  i2cWriteRead: 1,
  i2cRecover: 2,
  clockMicros: 3,
  clockWait: 4,
  sleep: 5,
  logLine: 6,
  storeRead: 7,
  storeWrite: 8,
  buttonIsDown: 9,
  resetReason: 10,
  freeStack: 11,
  batteryMillivolts: 12,
  feedWatchdog: 13,
  setupEnded: 14,
  loopEnded: 15,
  flashBytes: 16,
  flashRead: 17,
  flashEraseSector: 18,
  flashWrite: 19,
  serialRead: 20,
} as const;

const WORD = 4;
const HEADER = 4 * WORD;
/** Requests arrive in the first half of the memory, answers are made in the second. */
const HALF = 1 << 18;
const MAX_CRASHES = 5;

interface Running {
  readonly child: ChildProcess;
  readonly requests: number;
  readonly answers: number;
  readonly folder: string;
  readonly errorFile: string;
}

export class NativeBand {
  readonly host: BandHost;
  /** Requests that were answered, for measuring. */
  roundTrips = 0;
  private readonly program: string;
  private readonly memory = Buffer.alloc(2 * HALF);
  private readonly words = new DataView(this.memory.buffer, this.memory.byteOffset, this.memory.length);
  private readonly littleEndian = os.endianness() === "LE";
  private running: Running | null = null;
  private from = 0;
  private to = 0;
  private crashes = 0;

  constructor(program: string, host: BandHost) {
    if (process.platform === "win32") throw twinNeedsPosix("Windows");
    this.program = program;
    this.host = host;
  }

  /** As Band.run(). */
  run(untilSeconds: number): void {
    const until = untilSeconds * 1e6;
    const { clock } = this.host;
    while (clock.micros < until && this.crashes < MAX_CRASHES) {
      try {
        if (this.running === null) this.start(this.host.starts === 0 ? "powerOn" : this.host.resetReason);
        this.turn();
      } catch (error) {
        if (!(error instanceof RestartSignal)) {
          this.close();
          throw error;
        }
        this.restart(error.reason);
      }
    }
    this.host.observe();
  }

  /** As Band.restart(). */
  restart(reason: ResetReason): void {
    this.close();
    this.host.resetReason = reason;
  }

  /** Ends the process. */
  close(): void {
    if (this.running === null) return;
    const { child, requests, answers, folder } = this.running;
    this.running = null;
    child.kill("SIGKILL");
    closeSync(requests);
    closeSync(answers);
    rmSync(folder, { recursive: true, force: true });
  }

  private start(reason: ResetReason): void {
    this.host.boot(reason);
    this.from = this.to = 0;
    const folder = mkdtempSync(path.join(os.tmpdir(), "bandsmith-"));
    // The pipes that Node makes itself do not block, and cannot be waited for without its event loop.
    const [there, back] = ["answers", "requests"].map((name) => path.join(folder, name)) as [string, string];
    execFileSync("mkfifo", [there, back]);
    const errorFile = path.join(folder, "stderr");
    const errors = openSync(errorFile, "w");
    const [childIn, answers] = openPipe(there);
    const [requests, childOut] = openPipe(back);
    const child = spawn(this.program, [], { stdio: [childIn, childOut, errors] });
    // A program that cannot be started ends the pipe, which is read as a crash.
    child.on("error", () => undefined);
    child.unref();
    // Only the child has its ends now, so that its end is the pipe's end.
    for (const fd of [childIn, childOut, errors]) closeSync(fd);
    this.running = { child, requests, answers, folder, errorFile };
  }

  /** Serves requests until one turn of the loop, or setting up, has ended; or the process has. */
  private turn(): void {
    const word = (i: number): number => this.words.getUint32(this.from + i * WORD, this.littleEndian);
    while (this.need(HEADER)) {
      const op = word(0);
      this.serve(op, word(1), word(2), word(3));
      if (op === OP.setupEnded || op === OP.loopEnded) return;
    }
  }

  private serve(op: number, a: number, b: number, c: number): void {
    const { host, memory } = this;
    switch (op) {
      case OP.i2cWrite: {
        const at = this.payload(b);
        this.answer(host.i2cWrite(a, memory, at, b));
        return;
      }
      case OP.i2cWriteRead: {
        const at = this.payload(b);
        this.answer(host.i2cWriteRead(a, memory, at, b, HALF + WORD, c), c);
        return;
      }
      case OP.i2cRecover:
        this.payload(0);
        this.answer(host.i2cRecover());
        return;
      case OP.clockMicros:
        this.payload(0);
        this.words.setFloat64(HALF, host.clockMicros(), this.littleEndian);
        this.send(2 * WORD);
        return;
      case OP.clockWait:
        this.payload(0);
        host.clockWait(a);
        return;
      case OP.sleep:
        this.payload(0);
        this.answer(host.sleep(a, b !== 0));
        return;
      case OP.logLine: {
        const at = this.payload(a);
        host.logLine(memory.toString("utf8", at, at + a));
        return;
      }
      case OP.storeRead: {
        const at = this.payload(a);
        const result = host.storeRead(memory.toString("utf8", at, at + a), memory, HALF + WORD, b);
        this.answer(result, result === 0 ? b : 0);
        return;
      }
      case OP.storeWrite: {
        const at = this.payload(a + b);
        this.answer(host.storeWrite(memory.toString("utf8", at, at + a), memory, at + a, b));
        return;
      }
      case OP.flashBytes:
        this.payload(0);
        this.answer(host.flash.bytes.length);
        return;
      case OP.flashRead: {
        this.payload(0);
        const result = host.flashRead(a, memory, HALF + WORD, b);
        this.answer(result, result === 0 ? b : 0);
        return;
      }
      case OP.flashEraseSector:
        this.payload(0);
        this.answer(host.flashEraseSector(a));
        return;
      case OP.flashWrite: {
        const at = this.payload(b);
        this.answer(host.flashWrite(a, memory, at, b));
        return;
      }
      case OP.serialRead: {
        this.payload(0);
        const count = host.serialRead(memory, HALF + WORD, a);
        this.answer(count, count);
        return;
      }
      case OP.buttonIsDown:
        this.payload(0);
        this.answer(host.buttonIsDown());
        return;
      case OP.resetReason:
        this.payload(0);
        this.answer(host.resetReasonCode());
        return;
      case OP.freeStack:
        // A process's stack says nothing of the chip's: as if none were used.
        this.payload(0);
        this.answer(STACK_BYTES);
        return;
      case OP.batteryMillivolts:
        this.payload(0);
        this.answer(host.batteryMillivolts());
        return;
      case OP.feedWatchdog:
        this.payload(0);
        host.feedWatchdog();
        return;
      case OP.setupEnded:
        this.payload(0);
        host.observe();
        return;
      case OP.loopEnded:
        this.payload(0);
        host.loopEnded();
        return;
      default:
        invariant(false, `pipe.cpp knows no request ${op}`);
    }
  }

  /** Waits for the request's bytes and goes on behind it; where they begin. Ends the turn if the process is gone. */
  private payload(count: number): number {
    if (!this.need(HEADER + count)) throw new RestartSignal("panic");
    const at = this.from + HEADER;
    this.from = at + count;
    return at;
  }

  /** True if `count` bytes are there; false if the process has ended, which is a finding. */
  private need(count: number): boolean {
    invariant(count <= HALF, "a request fits into the memory");
    while (this.to - this.from < count) {
      if (this.from > 0) {
        this.memory.copyWithin(0, this.from, this.to);
        this.to -= this.from;
        this.from = 0;
      }
      const got = readSync(this.running!.requests, this.memory, this.to, HALF - this.to, null);
      if (got === 0) {
        this.crashed();
        return false;
      }
      this.to += got;
    }
    return true;
  }

  private crashed(): void {
    const told = readFileSync(this.running!.errorFile, "utf8").trim();
    this.host.find("crash", told === "" ? "the process has ended" : told);
    this.crashes++;
    if (this.crashes === MAX_CRASHES) this.host.find("crash-loop", `${MAX_CRASHES} crashes`);
    this.restart("panic");
  }

  /** A word, and `extra` bytes that are already behind it. */
  private answer(value: number, extra = 0): void {
    this.words.setInt32(HALF, value, this.littleEndian);
    this.send(WORD + extra);
  }

  private send(count: number): void {
    this.roundTrips++;
    try {
      for (let done = 0; done < count; ) {
        done += writeSync(this.running!.answers, this.memory, HALF + done, count - done);
      }
    } catch (error) {
      // It has ended meanwhile: the next read says so.
      if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    }
  }
}

/** Both ends of a named pipe, which would otherwise wait for each other. */
function openPipe(file: string): [read: number, write: number] {
  const both = openSync(file, constants.O_RDWR);
  const read = openSync(file, constants.O_RDONLY);
  const write = openSync(file, constants.O_WRONLY);
  closeSync(both);
  return [read, write];
}

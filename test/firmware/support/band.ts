// The band of native/band.cpp with its devices, in virtual time.
import { FakeMpu6050 } from "./fake-mpu6050.ts";
import { FakeSsd1306 } from "./fake-ssd1306.ts";

/** BusResult of hal/i2c_bus.h. */
export const BUS = { ok: 0, noAcknowledge: 1, timeout: 2, fault: 3 } as const;
type BusCode = (typeof BUS)[keyof typeof BUS];

export interface Transfer {
  readonly address: number;
  readonly kind: "write" | "read";
  readonly register: number;
}

interface BandExports {
  readonly memory: WebAssembly.Memory;
  begin(): void;
  step(): void;
  sensor_begin(): number;
  frame_at(): number;
}

export class Band {
  readonly sensor = new FakeMpu6050();
  readonly display = new FakeSsd1306();
  readonly lines: Record<string, unknown>[] = [];
  readonly windows: Int8Array[] = [];
  readonly transfers: Transfer[] = [];
  recoveries = 0;
  micros = 0;
  /** What a transfer meets; null lets it pass. */
  fault: (transfer: Transfer) => BusCode | null = () => null;
  engineStarts = true;
  /** Outputs for a window, or null for a failure. */
  infer: (window: Int8Array) => readonly number[] | null = () => [-128, -128, -128];
  private readonly cpp: BandExports;

  constructor(module: WebAssembly.Module) {
    const instance = new WebAssembly.Instance(module, { test: this.imports() });
    this.cpp = instance.exports as unknown as BandExports;
    (instance.exports["__wasm_call_ctors"] as () => void)();
  }

  begin(): void {
    this.cpp.begin();
  }

  /** Runs the loop until so much virtual time has passed. */
  run(millis: number): void {
    const until = this.micros + millis * 1000;
    while (this.micros < until) this.cpp.step();
  }

  /** SensorStatus of Mpu6050::begin() alone. */
  sensorBegin(): number {
    return this.cpp.sensor_begin();
  }

  /** The firmware's frame buffer. */
  frame(): Uint8Array {
    return new Uint8Array(this.cpp.memory.buffer, this.cpp.frame_at(), 8 * 128);
  }

  /** Values of one event's lines. */
  events(event: string): Record<string, unknown>[] {
    return this.lines.filter((line) => line["event"] === event);
  }

  private bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.cpp.memory.buffer, at, count);
  }

  private meet(transfer: Transfer): BusCode {
    this.transfers.push(transfer);
    const met = this.fault(transfer);
    if (met !== null) return met;
    return transfer.address === 0x68 || transfer.address === 0x3c ? BUS.ok : BUS.noAcknowledge;
  }

  private imports(): Record<string, unknown> {
    return {
      bus_write: (address: number, at: number, count: number): number => {
        const bytes = [...this.bytes(at, count)];
        const result = this.meet({ address, kind: "write", register: bytes[0]! });
        if (result !== BUS.ok) return result;
        if (address === 0x3c) this.display.write(bytes);
        else this.sensor.write(bytes[0]!, bytes[1]!);
        return BUS.ok;
      },
      bus_write_read: (address: number, out: number, _outCount: number, into: number, count: number) => {
        const register = this.bytes(out, 1)[0]!;
        const result = this.meet({ address, kind: "read", register });
        // A transfer that breaks off has taken bytes out of the FIFO all the same.
        const bytes = this.sensor.read(register, result === BUS.ok ? count : Math.floor(count / 2));
        if (result !== BUS.ok) return result;
        this.bytes(into, count).set(bytes);
        return BUS.ok;
      },
      bus_recover: (): number => {
        this.recoveries++;
        return BUS.ok;
      },
      clock_micros: (): number => this.micros,
      clock_sleep: (millis: number): void => {
        this.micros += millis * 1000;
        this.sensor.advance(millis * 1000);
      },
      log_line: (at: number, length: number): void => {
        const text = new TextDecoder().decode(this.bytes(at, length));
        this.lines.push(JSON.parse(text) as Record<string, unknown>);
      },
      engine_begin: (): number => (this.engineStarts ? 1 : 0),
      engine_invoke: (at: number, bytes: number, output: number): number => {
        const window = new Int8Array(this.cpp.memory.buffer, at, bytes).slice();
        this.windows.push(window);
        const result = this.infer(window);
        if (result === null) return 0;
        new Int8Array(this.cpp.memory.buffer, output, result.length).set(result);
        return 1;
      },
    };
  }
}

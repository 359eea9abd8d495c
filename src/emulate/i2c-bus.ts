// The I2C bus between the board and its devices: whole transfers above, single bytes below, time in between.
// Source: NXP UM10204 rev. 7, "I2C-bus specification", sections 3.1.4 to 3.1.16.
import { seededRandom } from "../util/random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** BusResult of hal/i2c_bus.h. */
export const BUS_RESULT = { ok: 0, noAcknowledge: 1, timeout: 2, fault: 3 } as const;
export type BusResult = (typeof BUS_RESULT)[keyof typeof BUS_RESULT];

/** A device on the bus, as its own shift register sees it. */
export interface I2cDevice {
  /** START or repeated START with this device's address; true acknowledges. */
  start(read: boolean): boolean;
  /** A byte from the master; true acknowledges. */
  write(byte: number): boolean;
  /** The byte that the master clocks out next. */
  read(): number;
  stop(): void;
}

/** What a fault does to one transfer; without any, null. */
export interface Interference {
  /** Nobody acknowledges the address. */
  nack?: boolean;
  /** SCL is held low for longer than the master waits. */
  stretch?: boolean;
  /** The transfer lasts so much longer, in its middle, and succeeds: the processor was elsewhere. */
  pauseMicros?: number;
  /** A read breaks off after so many bytes, which the device has sent all the same. */
  breakAfterBytes?: number;
  /** Chance of each bit read to arrive wrong. */
  bitErrorRate?: number;
  /** After reading, the device holds SDA low until so many clocks have come. */
  stuckClocks?: number;
}

export interface BusSettings {
  readonly clockHz: number;
  /** What the firmware's bus waits at most: kTimeoutMillis of firmware/esp32/esp_i2c_bus.cpp. */
  readonly timeoutMicros: number;
  readonly seed: number | string;
}

export const BUS_TIMEOUT_MICROS = 100_000;
/** Eight bits and the acknowledge (UM10204, 3.1.5). */
const BITS_PER_BYTE = 9;
/** START and STOP take about a bit each. */
const BITS_PER_CONDITION = 1;
/** UM10204, 3.1.16: "the master should send nine clock pulses". */
const RECOVERY_CLOCKS = 9;

export interface BusCounts {
  transfers: number;
  bytes: number;
  noAcknowledge: number;
  timeouts: number;
  recoveries: number;
  bitsFlipped: number;
}

export class I2cBus {
  readonly counts: BusCounts = {
    transfers: 0,
    bytes: 0,
    noAcknowledge: 0,
    timeouts: 0,
    recoveries: 0,
    bitsFlipped: 0,
  };
  /** Asked at the start of each transfer. */
  interfere: ((address: number, read: boolean) => Interference | null) | null = null;
  private readonly devices: (I2cDevice | undefined)[] = new Array<I2cDevice | undefined>(128).fill(undefined);
  private readonly clock: VirtualClock;
  private readonly timeoutMicros: number;
  private readonly bitMicros: number;
  private readonly byteMicros: number;
  private readonly random;
  /** Clocks until the device that holds SDA low lets go. */
  private stuckClocks = 0;

  constructor(clock: VirtualClock, settings: BusSettings) {
    this.clock = clock;
    this.timeoutMicros = settings.timeoutMicros;
    this.bitMicros = 1e6 / settings.clockHz;
    this.byteMicros = BITS_PER_BYTE * this.bitMicros;
    this.random = seededRandom(settings.seed).fork("bit-errors");
  }

  /** Connects a device; null takes it off. */
  attach(address: number, device: I2cDevice | null): void {
    this.devices[address] = device ?? undefined;
  }

  /** True while a device holds SDA low. */
  get isStuck(): boolean {
    return this.stuckClocks > 0;
  }

  /** START, address + W, `count` bytes of `memory` from `at` on, STOP. */
  write(address: number, memory: Uint8Array, at: number, count: number): BusResult {
    const { failed, met, device } = this.open(address, false);
    if (device === null) return failed;
    const result = this.send(device, memory, at, count, met);
    this.close(device);
    return result;
  }

  /** START, address + W, `out`, repeated START, address + R, `in`, STOP; all in `memory`. */
  writeRead(
    address: number,
    memory: Uint8Array,
    outAt: number,
    outCount: number,
    inAt: number,
    inCount: number,
  ): BusResult {
    const { failed, met, device } = this.open(address, true);
    if (device === null) return failed;
    let result = this.send(device, memory, outAt, outCount, null);
    if (result === BUS_RESULT.ok) result = this.receive(device, memory, inAt, inCount, met);
    this.close(device);
    if (met?.stuckClocks !== undefined) this.stuckClocks = met.stuckClocks;
    return result;
  }

  /** Nine clocks, then STOP. Fails while a device still holds SDA low. */
  recover(): BusResult {
    this.counts.recoveries++;
    this.clock.advance((RECOVERY_CLOCKS + BITS_PER_CONDITION) * this.bitMicros);
    this.stuckClocks = Math.max(0, this.stuckClocks - RECOVERY_CLOCKS);
    return this.isStuck ? BUS_RESULT.fault : BUS_RESULT.ok;
  }

  /** The devices have lost their supply: nothing is held any more. */
  powerCycle(): void {
    this.stuckClocks = 0;
  }

  private readonly opened: { failed: BusResult; met: Interference | null; device: I2cDevice | null } = {
    failed: BUS_RESULT.ok,
    met: null,
    device: null,
  };

  /** START and the address; `device` is null where nobody answers, and `failed` says why. */
  private open(address: number, read: boolean): typeof this.opened {
    const { opened } = this;
    opened.device = null;
    this.counts.transfers++;
    if (this.isStuck) {
      // SDA is low: the master sees no free bus and waits for one.
      opened.failed = this.timeOut();
      return opened;
    }
    const met = this.interfere === null ? null : this.interfere(address, read);
    opened.met = met;
    if (met?.stretch === true) {
      opened.failed = this.timeOut();
      return opened;
    }
    this.clock.advance(BITS_PER_CONDITION * this.bitMicros + this.byteMicros);
    const device = this.devices[address];
    if (device === undefined || met?.nack === true || !device.start(false)) {
      opened.failed = BUS_RESULT.noAcknowledge;
      this.counts.noAcknowledge++;
      this.clock.advance(BITS_PER_CONDITION * this.bitMicros);
      return opened;
    }
    opened.device = device;
    return opened;
  }

  private close(device: I2cDevice): void {
    this.clock.advance(BITS_PER_CONDITION * this.bitMicros);
    device.stop();
  }

  private send(
    device: I2cDevice,
    memory: Uint8Array,
    at: number,
    count: number,
    met: Interference | null,
  ): BusResult {
    for (let i = 0; i < count; i++) {
      this.clock.advance(this.byteMicros);
      if (met?.pauseMicros !== undefined && i === count >> 1) this.clock.advance(met.pauseMicros);
      this.counts.bytes++;
      if (!device.write(memory[at + i]!)) {
        this.counts.noAcknowledge++;
        return BUS_RESULT.noAcknowledge;
      }
    }
    return BUS_RESULT.ok;
  }

  private receive(
    device: I2cDevice,
    memory: Uint8Array,
    at: number,
    count: number,
    met: Interference | null,
  ): BusResult {
    this.clock.advance(BITS_PER_CONDITION * this.bitMicros + this.byteMicros);
    if (!device.start(true)) {
      this.counts.noAcknowledge++;
      return BUS_RESULT.noAcknowledge;
    }
    this.counts.bytes += count;
    for (let i = 0; i < count; i++) {
      if (i === met?.breakAfterBytes) return BUS_RESULT.fault;
      if (met?.pauseMicros !== undefined && i === count >> 1) this.clock.advance(met.pauseMicros);
      const byte = device.read();
      memory[at + i] = met?.bitErrorRate === undefined ? byte : this.garble(byte, met.bitErrorRate);
      this.clock.advance(this.byteMicros);
    }
    return BUS_RESULT.ok;
  }

  private garble(byte: number, rate: number): number {
    let garbled = byte;
    for (let bit = 0; bit < 8; bit++) {
      if (this.random.uniform() >= rate) continue;
      garbled ^= 1 << bit;
      this.counts.bitsFlipped++;
    }
    return garbled;
  }

  private timeOut(): BusResult {
    this.counts.timeouts++;
    this.clock.advance(this.timeoutMicros);
    return BUS_RESULT.timeout;
  }
}

// An MPU-6050 at register level: what a driver writes and reads over I2C, and the sample clock in between.
// Sources are cited in mpu6050-registers.ts. What the documents leave open is said where it is decided.
import type { I2cDevice } from "./i2c-bus.ts";
import { LYING_STILL, type MotionSource } from "./motion-source.ts";
import { SensorConverter } from "./mpu6050-converter.ts";
import { SensorFifo } from "./mpu6050-fifo.ts";
import { MotionDetector } from "./mpu6050-motion.ts";
import { sampleRateHz } from "./mpu6050-rate.ts";
import {
  CONFIG,
  FIFO_ORDER,
  INTERRUPT,
  isWritable,
  PIN,
  POWER1,
  POWER2,
  REG,
  REGISTER_COUNT,
  USER,
} from "./mpu6050-registers.ts";
import { type FactoryTrim, TYPICAL_TRIM, TYPICAL_TRIM_6500, writeTrim } from "./mpu6050-self-test.ts";
import { variantOf } from "./mpu6050-variant.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface SensorSettings {
  /** WHO_AM_I; 0x70 makes it an MPU-6500. */
  readonly whoAmI?: number;
  readonly source?: MotionSource;
  /** How much faster than nominal the chip's clock runs: 0.02 is 2 % more samples a second. */
  readonly clockError?: number;
  readonly celsius?: number;
  readonly trim?: FactoryTrim;
  /** By how much each axis' self-test response departs from the factory's, as a fraction; ±0.14 passes. */
  readonly selfTestDeviation?: readonly number[];
}

/** Product Specification rev. 3.4, p. 14: 20 ms typical from power-on to register access, 100 ms at most. */
const START_UP_MICROS = 20_000;
/** Register Map rev. 4.2, p. 40 wants 100 ms waited; the bit clears itself before. */
const RESET_MICROS = 50_000;
/** Product Specification rev. 3.4, p. 12: the gyroscope needs 30 ms from sleep; until then it says 0 here. */
const GYRO_START_MICROS = 30_000;
/** Register Map rev. 4.2, p. 26: a pulse of 50 µs unless LATCH_INT_EN. */
const INTERRUPT_PULSE_MICROS = 50;
const DETECTOR_HZ = 1000;
const NEVER = Number.POSITIVE_INFINITY;

export class SimulatedMpu6050 implements I2cDevice {
  /** The six values that the driver popped, and how many were produced, read and lost. */
  readonly fifo: SensorFifo;
  /** Where the driver wrote though the register map has nothing there, or only for reading. */
  readonly strayWrites = new Map<number, number>();
  /** What WHO_AM_I answers, where that is not the chip's own: a fault. */
  whoAmIOverride: number | null = null;
  source: MotionSource;
  celsius: number;
  readonly registers = new Uint8Array(REGISTER_COUNT);
  readonly settings: Required<SensorSettings>;
  private readonly clock: VirtualClock;
  private readonly variant;
  private readonly detector: MotionDetector;
  private readonly converter: SensorConverter;
  private isPowered = true;
  private isUnplugged = false;
  private clockError: number;
  private pointer = 0;
  private expectsPointer = true;
  private latchedFifoCount = 0;
  // Instants, in virtual microseconds.
  private readyAt = 0;
  private resetEndsAt = NEVER;
  private gyroReadyAt = NEVER;
  private sampleAt = NEVER;
  private detectAt = NEVER;
  private nextAt = NEVER;
  private pulseEndsAt = 0;
  private samplePeriodMicros = NEVER;
  private readonly frame = new Uint8Array(14);

  constructor(clock: VirtualClock, settings: SensorSettings = {}) {
    const whoAmI = settings.whoAmI ?? 0x68;
    this.clock = clock;
    this.variant = variantOf(whoAmI);
    this.settings = {
      whoAmI,
      source: settings.source ?? LYING_STILL,
      clockError: settings.clockError ?? 0,
      celsius: settings.celsius ?? 33,
      trim: settings.trim ?? (this.variant.isMpu6500 ? TYPICAL_TRIM_6500 : TYPICAL_TRIM),
      selfTestDeviation: settings.selfTestDeviation ?? [0, 0, 0, 0, 0, 0],
    };
    this.source = this.settings.source;
    this.celsius = this.settings.celsius;
    this.clockError = this.settings.clockError;
    this.fifo = new SensorFifo(this.variant.fifoBytes);
    this.detector = new MotionDetector(this.variant);
    this.converter = new SensorConverter(this.variant, this.settings.trim, this.settings.selfTestDeviation);
    // The supply was there long before the band's program starts.
    this.defaults();
  }

  // ---- power --------------------------------------------------------------------------------------------

  /** The supply goes, or the plug. */
  powerOff(): void {
    this.catchUp();
    this.isPowered = false;
    this.sampleAt = this.detectAt = this.resetEndsAt = this.nextAt = NEVER;
  }

  /** The supply returns: registers at their defaults, silent for START_UP_MICROS. */
  powerOn(): void {
    this.isPowered = true;
    this.readyAt = this.clock.micros + START_UP_MICROS;
    this.defaults();
  }

  /** As power off and on within an instant: a dip of the supply. One that is unplugged stays so. */
  brownOut(): void {
    this.powerOff();
    if (!this.isUnplugged) this.powerOn();
  }

  /** A dip so short that only the registers notice: at their defaults, without a silence. */
  forget(): void {
    this.catchUp();
    this.defaults();
  }

  unplug(): void {
    this.isUnplugged = true;
    this.powerOff();
  }

  plug(): void {
    this.isUnplugged = false;
    this.powerOn();
  }

  /** Changes the sample clock's error from now on. */
  setClockError(error: number): void {
    this.catchUp();
    this.clockError = error;
    this.retime();
  }

  // ---- the bus ------------------------------------------------------------------------------------------

  start(read: boolean): boolean {
    if (!this.isPowered || this.clock.micros < this.readyAt) return false;
    this.catchUp();
    this.expectsPointer = !read;
    return true;
  }

  write(byte: number): boolean {
    if (this.expectsPointer) {
      this.pointer = byte & (REGISTER_COUNT - 1);
      this.expectsPointer = false;
      return true;
    }
    this.writeRegister(this.pointer, byte);
    this.step();
    return true;
  }

  read(): number {
    // Data registers stand still within a burst (Register Map rev. 4.2, p. 29); the FIFO does not.
    if (this.pointer === REG.fifoReadWrite && this.clock.micros >= this.nextAt) this.catchUp();
    const value = this.readRegister(this.pointer);
    this.step();
    return value;
  }

  stop(): void {
    this.expectsPointer = true;
  }

  /** All registers auto-increment but the FIFO's (p. 44). */
  private step(): void {
    if (this.pointer !== REG.fifoReadWrite) this.pointer = (this.pointer + 1) & (REGISTER_COUNT - 1);
  }

  // ---- the interrupt line -------------------------------------------------------------------------------

  /** True while INT is at its active level. */
  get interruptActive(): boolean {
    this.catchUp();
    if (!this.isPowered) return false;
    const isLatched = (this.registers[REG.interruptPin]! & PIN.latched) !== 0;
    const raised = this.registers[REG.interruptStatus]! & this.registers[REG.interruptEnable]!;
    return isLatched ? raised !== 0 : this.clock.micros < this.pulseEndsAt;
  }

  /**
   * Lets the chip run ahead to `untilMicros` or to the first instant at which INT becomes active.
   * @returns that instant, or null
   */
  runToInterrupt(untilMicros: number): number | null {
    if (this.interruptActive) return this.clock.micros;
    while (this.nextAt <= untilMicros) {
      const at = this.nextAt;
      const before = this.pulseEndsAt;
      this.runTo(at);
      if (this.pulseEndsAt !== before) return at;
    }
    return null;
  }

  // ---- registers ----------------------------------------------------------------------------------------

  private defaults(): void {
    const { registers } = this;
    registers.fill(0);
    for (const [at, value] of Object.entries(this.variant.powerOn)) registers[Number(at)] = value;
    registers[REG.whoAmI] = this.settings.whoAmI;
    writeTrim(registers, this.settings.trim, this.variant.isMpu6500);
    this.fifo.reset();
    this.fifo.stopsWhenFull = false;
    this.latchedFifoCount = 0;
    this.pulseEndsAt = 0;
    this.resetEndsAt = NEVER;
    this.detector.highPassWritten(0);
    this.detector.reset();
    this.gyroReadyAt = this.clock.micros + GYRO_START_MICROS;
    this.retime();
  }

  private readRegister(register: number): number {
    const { registers } = this;
    const value = registers[register]!;
    if (register !== REG.interruptStatus && (registers[REG.interruptPin]! & PIN.clearedByAnyRead) !== 0) {
      registers[REG.interruptStatus] = 0;
    }
    switch (register) {
      case REG.interruptStatus:
        registers[register] = 0;
        return value;
      case REG.motionStatus:
        registers[register] = 0;
        return value;
      case REG.fifoCountHigh:
        // "FIFO_COUNT_H must be accessed first to update the contents of both" (p. 43).
        this.latchedFifoCount = this.fifo.held;
        return this.latchedFifoCount >> 8;
      case REG.fifoCountLow:
        return this.latchedFifoCount & 0xff;
      case REG.fifoReadWrite:
        return this.fifo.pop(this.clock.micros);
      case REG.whoAmI:
        return this.whoAmIOverride ?? value;
      case REG.power1:
        return this.resetEndsAt === NEVER ? value : value | POWER1.deviceReset;
      default:
        return value;
    }
  }

  private writeRegister(register: number, value: number): void {
    // While it resets, the chip takes nothing.
    if (this.resetEndsAt !== NEVER) return;
    if (!isWritable(register, this.variant.isMpu6500)) {
      this.strayWrites.set(register, (this.strayWrites.get(register) ?? 0) + 1);
      return;
    }
    const before = this.registers[register]!;
    this.registers[register] = value;
    switch (register) {
      case REG.power1:
        if ((value & POWER1.deviceReset) !== 0) this.deviceReset();
        else this.powerChanged(before, value, POWER1.sleep | POWER1.cycle);
        return;
      case REG.power2:
        this.powerChanged(before, value, POWER2.standbyGyro);
        return;
      case REG.userControl:
        this.userControl(value);
        return;
      case REG.signalPathReset:
        this.registers[register] = 0;
        this.retime();
        return;
      case REG.accelConfig:
        this.detector.highPassWritten(value);
        return;
      case REG.config:
        this.fifo.stopsWhenFull = this.variant.isMpu6500 && (value & CONFIG.fifoStopsWhenFull6500) !== 0;
        this.retime();
        return;
      case REG.sampleRateDivider:
      case REG.interruptEnable:
      case REG.lowPowerRate6500:
        if (value !== before) this.retime();
        return;
      default:
        return;
    }
  }

  private deviceReset(): void {
    this.defaults();
    this.resetEndsAt = this.clock.micros + RESET_MICROS;
    this.retime();
  }

  /** Where one of `gyroBits` was set and is not any more, the gyroscope has to start. */
  private powerChanged(before: number, value: number, gyroBits: number): void {
    if ((before & gyroBits) !== 0 && (value & gyroBits) === 0) {
      this.gyroReadyAt = this.clock.micros + GYRO_START_MICROS;
    }
    if (value !== before) this.retime();
  }

  private userControl(value: number): void {
    // "This bit resets the FIFO buffer when set to 1 while FIFO_EN equals 0" (p. 38).
    if ((value & USER.fifoReset) !== 0 && (value & USER.fifoEnable) === 0) this.fifo.reset();
    if ((value & USER.conditionReset) !== 0) this.registers.fill(0, REG.accelXHigh, REG.externalLast + 1);
    this.registers[REG.userControl] = value & ~(USER.fifoReset | USER.masterReset | USER.conditionReset);
  }

  // ---- the sample clock ---------------------------------------------------------------------------------

  /** Samples a second that go to registers and FIFO; 0 while it sleeps. */
  get sampleRateHz(): number {
    return this.isPowered ? sampleRateHz(this.registers, this.variant) : 0;
  }

  private get isCycling(): boolean {
    return (this.registers[REG.power1]! & POWER1.cycle) !== 0;
  }

  /** After anything that the clocks depend on: the next sample is a full period away. */
  private retime(now = this.clock.micros): void {
    const rate = this.resetEndsAt === NEVER ? this.sampleRateHz : 0;
    const speed = 1 + this.clockError;
    this.samplePeriodMicros = rate === 0 ? NEVER : 1e6 / (rate * speed);
    this.sampleAt = now + this.samplePeriodMicros;
    const detects = rate > 0 && (this.registers[REG.interruptEnable]! & INTERRUPT.motion) !== 0;
    // In low power the detector sees just the samples that are taken.
    this.detectAt = detects && !this.isCycling ? now + 1e6 / (DETECTOR_HZ * speed) : NEVER;
    this.nextAt = Math.min(this.sampleAt, this.detectAt, this.resetEndsAt);
  }

  /** Does all that was due by now. */
  private catchUp(): void {
    if (this.nextAt <= this.clock.micros) this.runTo(this.clock.micros);
  }

  private runTo(untilMicros: number): void {
    while (this.nextAt <= untilMicros) {
      const at = this.nextAt;
      if (at === this.resetEndsAt) {
        this.resetEndsAt = NEVER;
        this.retime(at);
        continue;
      }
      if (at === this.detectAt) {
        this.detect(at, DETECTOR_HZ);
        this.detectAt = at + 1e6 / (DETECTOR_HZ * (1 + this.clockError));
      }
      if (at === this.sampleAt) this.sample(at, untilMicros);
      this.nextAt = Math.min(this.sampleAt, this.detectAt, this.resetEndsAt);
    }
  }

  private sample(atMicros: number, untilMicros: number): void {
    const fills = this.fillsFifo();
    let at = atMicros;
    if (!fills && !this.isCycling) {
      // Nobody keeps the samples before the last: they need not be converted.
      const skipped = Math.floor((Math.min(untilMicros, this.detectAt) - at) / this.samplePeriodMicros);
      if (skipped > 0) at += skipped * this.samplePeriodMicros;
    }
    this.sampleAt = at + this.samplePeriodMicros;
    const gyroRuns = !this.isCycling && at >= this.gyroReadyAt;
    const recordingSeconds = this.converter.convert(
      this.source,
      at / 1e6,
      this.registers,
      gyroRuns,
      this.celsius,
    );
    if (this.isCycling && (this.registers[REG.interruptEnable]! & INTERRUPT.motion) !== 0) {
      this.detect(at, this.sampleRateHz);
    }
    if (fills) this.fill(at, recordingSeconds);
    this.raise(INTERRUPT.dataReady, at);
  }

  private fillsFifo(): boolean {
    const { registers } = this;
    return registers[REG.fifoEnable] !== 0 && (registers[REG.userControl]! & USER.fifoEnable) !== 0;
  }

  private fill(at: number, recordingSeconds: number): void {
    const { registers, frame } = this;
    const sources = registers[REG.fifoEnable]!;
    let count = 0;
    // The slaves' bits write nothing: no slave is wired.
    for (const { bit, first, bytes } of FIFO_ORDER) {
      if ((sources & bit) === 0) continue;
      for (let i = 0; i < bytes; i++) frame[count++] = registers[first + i]!;
    }
    if (count === 0) return;
    if (this.fifo.push(frame, count, this.converter.counts, at, recordingSeconds)) {
      this.raise(INTERRUPT.fifoOverflow, at);
    }
  }

  private detect(at: number, rateHz: number): void {
    this.converter.accelOf(this.source, at / 1e6, this.registers);
    const bits = this.detector.sample(this.converter.accelG, rateHz, this.registers);
    if (bits === 0) return;
    this.registers[REG.motionStatus] = this.registers[REG.motionStatus]! | bits;
    this.raise(INTERRUPT.motion, at);
  }

  /** A source that is not enabled leaves no trace in INT_STATUS: the strict reading of p. 27 and 28. */
  private raise(interrupt: number, at: number): void {
    if ((this.registers[REG.interruptEnable]! & interrupt) === 0) return;
    const before = this.registers[REG.interruptStatus]!;
    this.registers[REG.interruptStatus] = before | interrupt;
    const isLatched = (this.registers[REG.interruptPin]! & PIN.latched) !== 0;
    if (!isLatched || before === 0) this.pulseEndsAt = at + INTERRUPT_PULSE_MICROS;
  }
}

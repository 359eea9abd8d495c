// The board around the firmware: what each import of firmware/host/imports.h does, in virtual time.
import { SimulatedButton } from "./button.ts";
import { type Finding, type FindingKind, type LogLine, logLineOf } from "./findings.ts";
import { type FlashResult, PowerCut, SimulatedFlash } from "./flash.ts";
import { type Frame, sameFrame } from "./frame.ts";
import { BUS_TIMEOUT_MICROS, type BusResult, I2cBus } from "./i2c-bus.ts";
import { type SensorSettings, SimulatedMpu6050 } from "./mpu6050.ts";
import { type Battery, RESET_REASON, type ResetReason, Watchdog } from "./power.ts";
import { SerialInput } from "./serial-input.ts";
import { GLASS_128X64, type Glass, SimulatedSsd1306 } from "./ssd1306.ts";
import { SimulatedStore, type StoreResult } from "./store.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface HostSettings {
  /** The board's I2C clock. */
  readonly busHz: number;
  readonly sensorAddress: number;
  readonly displayAddress: number;
  readonly sensor?: SensorSettings;
  readonly glass?: Glass;
  /** Where the sensor's INT is not wired, it cannot wake. */
  readonly isInterruptWired?: boolean;
  readonly button?: SimulatedButton;
  readonly battery?: Battery;
  /** From power to band_setup(): an estimate of the boot loader's time. */
  readonly bootMicros?: number;
  /** What one turn of the loop takes in itself; 0 would let a loop without a wait stand still in time. */
  readonly loopMicros?: number;
  readonly seed?: number | string;
}

/** Wake of hal/sleep.h. */
const WAKE = { timer: 0, button: 1, motion: 2 } as const;
export type Wake = (typeof WAKE)[keyof typeof WAKE];

const BOOT_MICROS = 300_000;
const LOOP_MICROS = 100;

/** Thrown through the firmware to stop it where it stands. */
export class RestartSignal extends Error {
  readonly reason: ResetReason;

  constructor(reason: ResetReason) {
    super(`restart: ${reason}`);
    this.name = "RestartSignal";
    this.reason = reason;
  }
}

export class BandHost {
  readonly clock = new VirtualClock();
  readonly bus: I2cBus;
  readonly sensor: SimulatedMpu6050;
  readonly display: SimulatedSsd1306;
  readonly store = new SimulatedStore();
  readonly flash = new SimulatedFlash();
  readonly serialInput = new SerialInput(this.clock);
  readonly lines: LogLine[] = [];
  readonly findings: Finding[] = [];
  readonly settings: HostSettings;
  onLine: ((line: LogLine) => void) | null = null;
  /** Called when what the person sees has changed, at most once a wait of the firmware. */
  onFrame: ((frame: Frame, micros: number) => void) | null = null;
  /** Until when the loop is kept from running: a fault. */
  stalledUntilMicros = 0;
  starts = 0;
  /** Time in light sleep. */
  sleptMicros = 0;
  resetReason: ResetReason = "powerOn";
  private readonly button: SimulatedButton;
  private readonly watchdog = new Watchdog();
  private startedAtMicros = 0;
  private seenRevision = -1;
  private seen: Frame | null = null;

  constructor(settings: HostSettings) {
    this.settings = settings;
    this.bus = new I2cBus(this.clock, {
      clockHz: settings.busHz,
      timeoutMicros: BUS_TIMEOUT_MICROS,
      seed: settings.seed ?? 0,
    });
    this.sensor = new SimulatedMpu6050(this.clock, settings.sensor);
    this.display = new SimulatedSsd1306(settings.glass ?? GLASS_128X64);
    this.button = settings.button ?? new SimulatedButton();
    this.bus.attach(settings.sensorAddress, this.sensor);
    this.bus.attach(settings.displayAddress, this.display);
  }

  // ---- starting -----------------------------------------------------------------------------------------

  /** The processor starts. Where the supply was gone, the devices have forgotten everything. */
  boot(reason: ResetReason): void {
    if (this.starts > 0 && (reason === "powerOn" || reason === "brownOut")) this.powerCycle();
    this.starts++;
    this.resetReason = reason;
    this.serialInput.restart();
    this.clock.advance(this.settings.bootMicros ?? BOOT_MICROS);
    this.startedAtMicros = this.clock.micros;
    this.watchdog.start(this.clock.micros);
    this.observe();
  }

  private powerCycle(): void {
    this.sensor.brownOut();
    this.display.brownOut();
    this.bus.powerCycle();
  }

  /** After each turn of the loop. */
  loopEnded(): void {
    this.pass(this.settings.loopMicros ?? LOOP_MICROS);
  }

  find(kind: FindingKind, detail: string): void {
    this.findings.push({ kind, atSeconds: this.clock.micros / 1e6, detail });
  }

  // ---- imports ------------------------------------------------------------------------------------------

  i2cWrite(address: number, memory: Uint8Array, at: number, count: number): BusResult {
    return this.bus.write(address & 0x7f, memory, at, count);
  }

  i2cWriteRead(
    address: number,
    memory: Uint8Array,
    outAt: number,
    outCount: number,
    inAt: number,
    inCount: number,
  ): BusResult {
    return this.bus.writeRead(address & 0x7f, memory, outAt, outCount, inAt, inCount);
  }

  i2cRecover(): BusResult {
    return this.bus.recover();
  }

  /** Since the processor's start, as esp_timer counts. */
  clockMicros(): number {
    return Math.floor(this.clock.micros - this.startedAtMicros);
  }

  clockWait(millis: number): void {
    this.observe();
    this.pass(millis * 1000);
  }

  sleep(millis: number, motion: boolean): Wake {
    this.observe();
    this.serialInput.keep();
    const from = this.clock.micros;
    const woken = this.sleepUntil(from + millis * 1000, motion && this.settings.isInterruptWired !== false);
    this.serialInput.slept();
    this.watchdog.slept(this.clock.micros - from);
    this.sleptMicros += this.clock.micros - from;
    this.pass(0);
    return woken;
  }

  logLine(text: string): void {
    const line = logLineOf(text, this.clock.micros);
    this.lines.push(line);
    this.onLine?.(line);
  }

  storeRead(key: string, memory: Uint8Array, at: number, count: number): StoreResult {
    return this.store.read(key, memory, at, count);
  }

  storeWrite(key: string, memory: Uint8Array, at: number, count: number): StoreResult {
    return this.store.write(key, memory, at, count);
  }

  flashRead(offset: number, memory: Uint8Array, at: number, count: number): FlashResult {
    return this.flash.read(offset, memory, at, count);
  }

  flashEraseSector(offset: number): FlashResult {
    return this.orPowerCut(() => this.flash.eraseSector(offset));
  }

  flashWrite(offset: number, memory: Uint8Array, at: number, count: number): FlashResult {
    return this.orPowerCut(() => this.flash.write(offset, memory, at, count));
  }

  serialRead(memory: Uint8Array, at: number, capacity: number): number {
    return this.serialInput.read(memory, at, capacity);
  }

  buttonIsDown(): number {
    return this.button.isDown(this.clock.micros) ? 1 : 0;
  }

  resetReasonCode(): number {
    return RESET_REASON[this.resetReason];
  }

  batteryMillivolts(): number {
    return Math.max(0, Math.round(this.settings.battery?.(this.clock.micros / 1e6) ?? 0));
  }

  feedWatchdog(): void {
    this.watchdog.feed(this.clock.micros);
  }

  // ---- what a person sees -------------------------------------------------------------------------------

  /** Tells of a new picture. */
  observe(): void {
    const { revision } = this.display;
    if (this.onFrame === null || revision === this.seenRevision) return;
    this.seenRevision = revision;
    const frame = this.display.frame();
    if (this.seen !== null && sameFrame(frame, this.seen)) return;
    this.seen = frame;
    this.onFrame(frame, this.clock.micros);
  }

  /** A cut supply stops the program where it stands. */
  private orPowerCut(operation: () => FlashResult): FlashResult {
    try {
      return operation();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.flash.cutAtStep = Number.POSITIVE_INFINITY;
      throw new RestartSignal("powerOn");
    }
  }

  // ---- time ---------------------------------------------------------------------------------------------

  /** Time passes for the running program; where it is kept from running, more than it asked for. */
  private pass(deltaMicros: number): void {
    this.clock.advance(deltaMicros);
    if (this.stalledUntilMicros > this.clock.micros) this.clock.advanceTo(this.stalledUntilMicros);
    if (!this.watchdog.hasBitten(this.clock.micros)) return;
    this.find("watchdog", "the loop did not feed the watchdog for 10 s");
    throw new RestartSignal("watchdog");
  }

  private sleepUntil(deadline: number, motion: boolean): Wake {
    const { clock } = this;
    let wasDown = this.button.isDown(clock.micros);
    for (;;) {
      // A button that is down already does not wake (hal/sleep.h).
      const isDown = this.button.isDown(clock.micros);
      if (isDown && !wasDown) return WAKE.button;
      wasDown = isDown;
      const pressed = isDown ? Number.POSITIVE_INFINITY : this.button.nextDown(clock.micros);
      const until = Math.min(deadline, pressed, clock.nextAppointmentMicros, this.serialInput.nextMicros);
      if (motion) {
        const raised = this.sensor.runToInterrupt(until);
        if (raised !== null) {
          clock.advanceTo(raised);
          return WAKE.motion;
        }
      }
      clock.advanceTo(until);
      // The first bytes wake, and are lost (esp32/esp_light_sleep.cpp).
      if (clock.micros >= deadline || clock.micros >= this.serialInput.nextMicros) return WAKE.timer;
    }
  }
}

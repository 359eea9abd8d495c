// The faults that a band must survive, and how each must be told: nothing may go wrong silently.
import type { LogLine } from "./findings.ts";

/** True where the lines of the serial port tell of the fault; false for a run without one. */
export type Telling = (lines: readonly LogLine[]) => boolean;

export interface FaultCase {
  /** As parseFault() reads it. */
  readonly fault: string;
  readonly what: string;
  /** What must stand on the serial port, in words and as a test. */
  readonly told: string;
  readonly tells: Telling;
  /** When it is over, in virtual seconds. */
  readonly endsAtSeconds: number;
  /** What the sensor delivers meanwhile is wrong without a trace: windows may differ from the reference's. */
  readonly corrupts?: boolean;
}

const event =
  (name: string, detail?: string, times = 1): Telling =>
  (lines) =>
    lines.filter(
      ({ json }) => json?.["event"] === name && (detail === undefined || json["detail"] === detail),
    ).length >= times;
const counted =
  (key: string): Telling =>
  (lines) =>
    lines.some(({ json }) => json?.["event"] === "status" && (json[key] as number) > 0);

/** Every one begins at 30 s, in the middle of motion, unless it is there from the start. */
export const FAULT_CASES: readonly FaultCase[] = [
  {
    fault: "nack:sensor:0.2@30s-60s",
    what: "one transfer in five is not acknowledged",
    told: "status: failedTransfers",
    tells: counted("failedTransfers"),
    endsAtSeconds: 60,
  },
  {
    fault: "nack:sensor@30s-35s",
    what: "the sensor does not acknowledge for 5 s",
    told: "sensor-failed: no acknowledge",
    tells: event("sensor-failed", "no acknowledge"),
    endsAtSeconds: 35,
  },
  {
    fault: "stuck-sda@30s",
    what: "the sensor holds SDA low in the middle of a byte",
    told: "status: failedTransfers",
    tells: counted("failedTransfers"),
    endsAtSeconds: 30,
  },
  {
    fault: "stuck-sda:sensor:100@30s-32s",
    what: "SDA stays low for longer than nine clocks can free it",
    told: "sensor-failed",
    tells: event("sensor-failed"),
    endsAtSeconds: 32,
  },
  {
    fault: "slow:sensor@30s-35s",
    what: "the sensor stretches the clock beyond the time-out",
    told: "sensor-failed: time-out",
    tells: event("sensor-failed", "time-out"),
    endsAtSeconds: 35,
  },
  {
    fault: "long-read@30s",
    what: "a read takes 1 s",
    told: "bus-slow",
    tells: event("bus-slow"),
    endsAtSeconds: 31,
  },
  {
    fault: "broken-read:sensor:7@30s-30.6s",
    what: "reads break off after seven bytes, FIFO bursts among them",
    told: "samples-lost: stream broken",
    tells: event("samples-lost", "stream broken"),
    endsAtSeconds: 30.6,
  },
  {
    fault: "fifo-overflow@30s-36s",
    what: "the loop stands for 6 s and the FIFO runs over",
    told: "samples-lost: FIFO overflow",
    tells: event("samples-lost", "FIFO overflow"),
    endsAtSeconds: 36,
  },
  {
    fault: "fifo-overflow@30s-50s",
    what: "the loop stands for 20 s: the watchdog restarts the band",
    told: "reset: watchdog",
    tells: event("reset", "watchdog"),
    endsAtSeconds: 50,
  },
  {
    fault: "sensor-reset@30s",
    what: "the sensor loses its registers",
    told: "sensor-reset",
    tells: event("sensor-reset"),
    endsAtSeconds: 30,
  },
  {
    fault: "who-am-i:0xEA@0s-20s",
    what: "another device answers at the sensor's address",
    told: "sensor-failed: WHO_AM_I 0xEA",
    tells: event("sensor-failed", "WHO_AM_I 0xEA"),
    endsAtSeconds: 20,
  },
  {
    fault: "bit-errors:sensor:1e-3@30s-90s",
    what: "one bit in a thousand is read wrong",
    told: "status: misreadings",
    tells: counted("misreadings"),
    endsAtSeconds: 90,
    corrupts: true,
  },
  {
    fault: "drift:+2%",
    what: "the sensor's clock runs 2 % fast",
    told: "sensor-clock: fast",
    tells: event("sensor-clock", "fast"),
    endsAtSeconds: 30,
  },
  {
    fault: "drift:-2%",
    what: "the sensor's clock runs 2 % slow",
    told: "sensor-clock: slow",
    tells: event("sensor-clock", "slow"),
    endsAtSeconds: 30,
  },
  {
    fault: "unplug:sensor@30s-40s",
    what: "the sensor is unplugged for 10 s",
    told: "sensor-failed: no acknowledge",
    tells: event("sensor-failed", "no acknowledge"),
    endsAtSeconds: 40,
  },
  {
    fault: "unplug:display@30s-40s",
    what: "the display is unplugged for 10 s",
    told: "display-missing",
    tells: event("display-missing"),
    endsAtSeconds: 40,
  },
  {
    fault: "unplug:display",
    what: "there is no display",
    told: "display-missing",
    tells: event("display-missing"),
    endsAtSeconds: 30,
  },
  {
    fault: "brown-out@30s",
    what: "the whole band's supply dips",
    told: "reset: brown-out",
    tells: event("reset", "brown-out"),
    endsAtSeconds: 30,
  },
  {
    fault: "restart@30s",
    what: "the band is switched off and on",
    told: "reset: power-on, twice",
    tells: event("reset", "power-on", 2),
    endsAtSeconds: 30,
  },
  {
    fault: "reset@30s",
    what: "the processor alone starts anew",
    told: "reset: software",
    tells: event("reset", "software"),
    endsAtSeconds: 30,
  },
  {
    fault: "store-writes-fail",
    what: "flash takes no writes",
    told: "store-failed",
    tells: event("store-failed"),
    endsAtSeconds: 30,
  },
  {
    fault: "store-reads-fail",
    what: "flash cannot be read",
    told: "store-failed: reading",
    tells: event("store-failed", "reading"),
    endsAtSeconds: 30,
  },
];

/** How soon after a fault's end there must be a window again: setting up, a window's length, and the watchdog's time. */
export const RECOVERY_SECONDS = 15;

/** Seconds from a fault's end to the next window; null if there was none. */
export function recoverySeconds(lines: readonly LogLine[], endsAtSeconds: number): number | null {
  const next = lines.find(
    ({ json, atMicros }) => json?.["event"] === "window" && atMicros / 1e6 > endsAtSeconds,
  );
  return next === undefined ? null : next.atMicros / 1e6 - endsAtSeconds;
}

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
  /** When it is over, in virtual seconds; null if it lasts for the whole run. */
  readonly endsAtSeconds: number | null;
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
    endsAtSeconds: null,
  },
  {
    fault: "drift:-2%",
    what: "the sensor's clock runs 2 % slow",
    told: "sensor-clock: slow",
    tells: event("sensor-clock", "slow"),
    endsAtSeconds: null,
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
    endsAtSeconds: null,
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
    endsAtSeconds: null,
  },
  {
    fault: "store-reads-fail",
    what: "flash cannot be read",
    told: "store-failed: reading",
    tells: event("store-failed", "reading"),
    endsAtSeconds: null,
  },
];

/** How soon after a fault's end there must be a window again: setting up, a window's length, and the watchdog's time. */
const RECOVERY_SECONDS = 15;
/** A window may come one half-second look at the sensor later, and its transfers; a stream that broke costs more. */
const PAUSE_SECONDS = 0.6;

/** What became of the windows. */
export interface Aftermath {
  /** Seconds from a fault's end to the next window; for a fault of the whole run the longest wait for one. Null: none came. */
  readonly seconds: number | null;
  readonly survived: boolean;
}

/**
 * Whether windows come again soon after a fault's end or, where it has none, come as without it all the time.
 * @param healthy the lines of the same run without a fault
 */
export function aftermath(
  { endsAtSeconds }: Pick<FaultCase, "endsAtSeconds">,
  lines: readonly LogLine[],
  healthy: readonly LogLine[],
  untilSeconds: number,
): Aftermath {
  const times = windowTimes(lines);
  if (endsAtSeconds === null) {
    const seconds = longestWait(times, untilSeconds);
    const usual = longestWait(windowTimes(healthy), untilSeconds);
    return {
      seconds,
      survived: seconds !== null && usual !== null && seconds <= usual + PAUSE_SECONDS,
    };
  }
  const next = times.find((time) => time > endsAtSeconds);
  const seconds = next === undefined ? null : next - endsAtSeconds;
  return { seconds, survived: seconds !== null && seconds < RECOVERY_SECONDS };
}

function windowTimes(lines: readonly LogLine[]): number[] {
  return lines.flatMap(({ json, atMicros }) => (json?.["event"] === "window" ? [atMicros / 1e6] : []));
}

/** From one window to the next, and from the last to the end. The first comes when the band has started: it is not a wait. */
function longestWait(times: readonly number[], untilSeconds: number): number | null {
  if (times.length === 0) return null;
  return Math.max(...times.map((time, i) => (times[i + 1] ?? untilSeconds) - time));
}

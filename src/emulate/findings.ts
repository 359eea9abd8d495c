// What a run has shown to be wrong with the firmware, whatever its own lines say.

export type FindingKind =
  /** The loop did not feed the watchdog for WATCHDOG_MICROS. */
  | "watchdog"
  /** The module grew its memory: something has allocated after set-up. */
  | "memory-growth"
  /** The program stopped: a trap (undefined behaviour, a bad address), or the native process ended. */
  | "crash"
  /** It crashes again and again; the run was given up. */
  | "crash-loop"
  /** The loop turned and turned, and no time passed. */
  | "standstill"
  /** A pointer or length outside of the module's memory was handed over. */
  | "bad-pointer";

export interface Finding {
  readonly kind: FindingKind;
  readonly atSeconds: number;
  readonly detail: string;
}

/** One line of the serial port. */
export interface LogLine {
  readonly atMicros: number;
  readonly text: string;
  /** The line as JSON; null where it is other text. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

export function logLineOf(text: string, atMicros: number): LogLine {
  if (!text.startsWith("{")) return { atMicros, text, json: null };
  try {
    return { atMicros, text, json: JSON.parse(text) as Record<string, unknown> };
  } catch {
    return { atMicros, text, json: null };
  }
}

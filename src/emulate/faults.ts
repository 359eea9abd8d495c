// Faults as data, and their short text: `nack:sensor@10s-12s`, `bit-errors:1e-4@20s-40s`, `drift:+2%`, `restart@90s`.
import {
  faultBadTarget,
  faultBadTime,
  faultBadValue,
  faultNeedsMoment,
  faultUnknown,
} from "../util/messages.ts";

export type FaultTarget = "sensor" | "display" | "all";
export type FaultKind = keyof typeof FAULT_KINDS;

export interface Fault {
  readonly kind: FaultKind;
  /** Null where the kind has none. */
  readonly target: FaultTarget | null;
  /** In the kind's own unit; null where the kind has none. */
  readonly value: number | null;
  readonly fromSeconds: number;
  /** Infinity: to the end. Equal to `fromSeconds`: a moment. */
  readonly toSeconds: number;
}

/** How the number after the colon is written. */
interface ValueForm {
  readonly what: string;
  readonly standard: number;
  parse(text: string): number | null;
  print(value: number): string;
}

interface KindForm {
  /** The first is meant where none is named. */
  readonly targets: readonly FaultTarget[];
  readonly value: ValueForm | null;
  /** A moment: `@10s`. A time: `@10s-12s`, or from the start to the end. */
  readonly when: "moment" | "time" | "either";
  /** For a person: what happens. */
  readonly does: string;
}

const PROBABILITY: ValueForm = {
  what: "a probability from 0 to 1 such as 0.1",
  standard: 1,
  parse: (text) => within(decimal(text), 0, 1),
  print: String,
};
const BIT_RATE: ValueForm = { ...PROBABILITY, what: "a rate from 0 to 1 such as 1e-4", standard: 1e-4 };
const CLOCKS: ValueForm = {
  what: "a number of clocks from 1 to 100",
  standard: 9,
  parse: (text) => (/^\d+$/.test(text) ? within(Number(text), 1, 100) : null),
  print: String,
};
const BYTES: ValueForm = {
  what: "a number of bytes from 1 to 255",
  standard: 7,
  parse: (text) => (/^\d+$/.test(text) ? within(Number(text), 1, 255) : null),
  print: String,
};
const DURATION: ValueForm = {
  what: "a duration such as 1s or 500ms",
  standard: 1,
  parse: parseSeconds,
  print: printSeconds,
};
const IDENTITY: ValueForm = {
  what: "a byte such as 0xEA",
  standard: 0xff,
  parse: (text) => (/^0x[0-9a-f]{1,2}$/i.test(text) ? Number(text) : null),
  print: (value) => `0x${value.toString(16).toUpperCase().padStart(2, "0")}`,
};
const PERCENT: ValueForm = {
  what: "a percentage such as +2% or -1.5%",
  standard: 0.02,
  parse: (text) => {
    if (!text.endsWith("%")) return null;
    const percent = within(decimal(text.slice(0, -1)), -50, 50);
    return percent === null ? null : percent / 100;
  },
  print: (value) => `${value < 0 ? "" : "+"}${Number((value * 100).toPrecision(12))}%`,
};

const ANY: readonly FaultTarget[] = ["all", "sensor", "display"];
const ONE: readonly FaultTarget[] = ["sensor", "display"];
const NONE: readonly FaultTarget[] = [];

export const FAULT_KINDS = {
  nack: form(ANY, PROBABILITY, "time", "does not acknowledge its address"),
  "stuck-sda": form(ONE, CLOCKS, "either", "holds SDA low after a read, until so many clocks have come"),
  slow: form(ANY, null, "time", "holds SCL low for longer than the master waits"),
  "long-read": form(ONE, DURATION, "either", "makes a read last that long, which then succeeds"),
  "broken-read": form(ONE, BYTES, "either", "breaks a read off after so many bytes"),
  "bit-errors": form(ANY, BIT_RATE, "time", "has single bits read wrong"),
  "fifo-overflow": form(NONE, null, "time", "keeps the loop from running"),
  "sensor-reset": form(NONE, null, "moment", "puts the sensor's registers back to power-on"),
  "who-am-i": form(NONE, IDENTITY, "time", "makes the sensor answer WHO_AM_I so"),
  drift: form(NONE, PERCENT, "time", "makes the sensor's clock run that much faster"),
  unplug: form(ONE, null, "time", "takes the device off the bus and the supply"),
  "store-writes-fail": form(NONE, null, "time", "has every write to flash fail"),
  "store-reads-fail": form(NONE, null, "time", "has every read from flash fail"),
  reset: form(NONE, null, "moment", "starts the processor anew; the devices keep their supply"),
  "brown-out": form(NONE, null, "moment", "lets the whole band's supply dip"),
  restart: form(NONE, null, "moment", "switches the whole band off and on"),
} as const satisfies Record<string, KindForm>;

function form(
  targets: readonly FaultTarget[],
  value: ValueForm | null,
  when: KindForm["when"],
  does: string,
): KindForm {
  return { targets, value, when, does };
}

/**
 * Reads `kind[:target][:value][@from[-to]]`. Times are in s unless they say ms, m or h; without any the fault lasts for
 * the whole run.
 * @throws UserError fault/…
 */
export function parseFault(text: string): Fault {
  const [head, ...times] = text.trim().split("@");
  const [name, ...parts] = head!.split(":");
  if (!isKind(name!)) throw faultUnknown(text, name!, Object.keys(FAULT_KINDS));
  const kind: KindForm = FAULT_KINDS[name];

  let target = kind.targets[0] ?? null;
  if (parts.length > 0 && /^[a-z]+$/.test(parts[0]!)) {
    const found = kind.targets.find((known) => known === parts[0]);
    if (found === undefined) throw faultBadTarget(text, parts[0]!, kind.targets);
    target = found;
    parts.shift();
  }
  let value = kind.value?.standard ?? null;
  if (parts.length > 0) {
    value = parts.length === 1 ? (kind.value?.parse(parts[0]!) ?? null) : null;
    if (value === null) throw faultBadValue(text, parts.join(":"), kind.value?.what ?? "nothing");
  }
  if (times.length > 1) throw faultBadTime(text, times.join("@"));
  return { kind: name, target, value, ...parseTime(text, times[0], kind.when) };
}

function parseTime(
  text: string,
  time: string | undefined,
  when: KindForm["when"],
): { fromSeconds: number; toSeconds: number } {
  if (time === undefined) {
    if (when === "moment") throw faultNeedsMoment(text);
    return { fromSeconds: 0, toSeconds: Number.POSITIVE_INFINITY };
  }
  const ends = time.split("-");
  const fromSeconds = parseSeconds(ends[0]!);
  if (fromSeconds === null || ends.length > 2) throw faultBadTime(text, time);
  if (ends.length === 1) {
    const toSeconds = when === "time" ? Number.POSITIVE_INFINITY : fromSeconds;
    return { fromSeconds, toSeconds };
  }
  if (when === "moment") throw faultNeedsMoment(text);
  const toSeconds = parseSeconds(ends[1]!);
  if (toSeconds === null || toSeconds <= fromSeconds) throw faultBadTime(text, time);
  return { fromSeconds, toSeconds };
}

/** The shortest text that parseFault() reads as this fault. */
export function printFault(fault: Fault): string {
  const kind: KindForm = FAULT_KINDS[fault.kind];
  let text: string = fault.kind;
  if (fault.target !== null && (kind.targets[0] !== fault.target || kind.targets === ONE)) {
    text += `:${fault.target}`;
  }
  if (kind.value !== null && fault.value !== null && fault.value !== kind.value.standard) {
    text += `:${kind.value.print(fault.value)}`;
  }
  const { fromSeconds, toSeconds } = fault;
  const isForEver = toSeconds === Number.POSITIVE_INFINITY;
  if (fromSeconds === 0 && isForEver) return text;
  text += `@${printSeconds(fromSeconds)}`;
  return isForEver || toSeconds === fromSeconds ? text : `${text}-${printSeconds(toSeconds)}`;
}

export function isMoment(fault: Fault): boolean {
  return fault.fromSeconds === fault.toSeconds;
}

function isKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULT_KINDS, name);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { "": 1, s: 1, ms: 0.001, m: 60, h: 3600 };

function parseSeconds(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(text);
  if (match === null) return null;
  // Dividing is exact where multiplying by 0.001 is not.
  return match[2] === "ms" ? Number(match[1]) / 1000 : Number(match[1]) * UNIT_SECONDS[match[2]!]!;
}

function printSeconds(seconds: number): string {
  return `${seconds}s`;
}

function decimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

function within(value: number, least: number, most: number): number | null {
  return value >= least && value <= most ? value : null;
}

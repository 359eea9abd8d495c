// A band's serial line: one JSON object with an "event" (docs/firmware.md), or text of the chip's own.
import { z } from "zod";

const eventSchema = z.looseObject({ event: z.string().min(1) });

const windowSchema = z.looseObject({
  event: z.literal("window"),
  window: z.number(),
  label: z.string(),
  confidence: z.number(),
  micros: z.number(),
  /** Bytes of stack that were never used; older firmware does not say it. */
  stack: z.number().optional(),
  /** The smoothed activity: null while there is none. */
  shown: z.string().nullable().optional(),
});

type BandEvent = z.output<typeof eventSchema>;

export type SerialLine =
  | { readonly kind: "window"; readonly value: z.output<typeof windowSchema> }
  | { readonly kind: "event"; readonly value: BandEvent }
  /** No JSON of the band's: the boot loader, ESP-IDF's log, or a line that was cut off. */
  | { readonly kind: "text"; readonly text: string };

export function parseSerialLine(line: string): SerialLine {
  const text = line.replace(/\r$/, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "text", text };
  }
  const event = eventSchema.safeParse(value);
  if (!event.success) return { kind: "text", text };
  const window = windowSchema.safeParse(value);
  return window.success ? { kind: "window", value: window.data } : { kind: "event", value: event.data };
}

/** What events say, for a person; others are told by their name. */
const WORDS: Readonly<Record<string, string>> = {
  start: "the band starts, with model",
  reset: "the chip was started by",
  "self-check": "the network checked itself",
  "self-test": "the sensor tested itself",
  "sensor-ready": "the motion sensor answers as",
  "sensor-failed": "the motion sensor fails",
  "sensor-reset": "the motion sensor is set up anew",
  "sensor-silent": "the motion sensor is silent",
  "samples-lost": "samples were lost",
  "window-restart": "a new window begins",
  stream: "the samples",
  "display-missing": "there is no display",
  "display-back": "the display is back",
  "engine-failed": "the network fails",
  "bus-failed": "the I2C bus cannot be set up",
  "watchdog-failed": "the watchdog cannot be set up",
  "button-failed": "the button cannot be set up",
  "battery-failed": "the battery cannot be measured",
  "sleep-failed": "light sleep cannot be set up",
  "store-failed": "the flash does not keep",
  "store-erased": "the flash's settings were erased",
  "totals-loaded": "the day's totals were loaded",
  "totals-reset": "the day's totals were reset",
  standby: "the band sleeps",
  awake: "the band is awake",
  status: "status",
};

/** One line for a person, without the time. */
export function describeEvent({ event, ...rest }: BandEvent): string {
  const { detail, ...values } = rest;
  const words = WORDS[event] ?? event.replaceAll("-", " ");
  const said = typeof detail === "string" && detail !== "" ? `: ${detail}` : "";
  const figures = Object.entries(values).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return `${words}${said}${figures.length === 0 ? "" : ` (${figures.join(", ")})`}`;
}

/** `#7    walk 93 %  1834 µs  stack 5120 B` */
export function describeWindow(value: (SerialLine & { readonly kind: "window" })["value"]): string {
  const { window, label, shown, confidence, micros, stack } = value;
  return [
    `#${window}`.padEnd(6),
    `${label} ${confidence} %`.padEnd(20),
    ...(shown === undefined || shown === label ? [] : [`(shows ${shown ?? "unknown"})`]),
    `${micros} µs`.padStart(9),
    ...(stack === undefined ? [] : [`stack ${stack} B`]),
  ].join("  ");
}

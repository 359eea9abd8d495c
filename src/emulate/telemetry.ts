// The firmware's JSON lines that the host reads: docs/telemetry.md has them all.
import { z } from "zod";

const windowSchema = z.object({
  event: z.literal("window"),
  window: z.int(),
  /** Since the chip's start. */
  ms: z.number(),
  /** Samples since the front end began anew, this window's last included. */
  sample: z.int().min(1),
  label: z.string(),
  confidence: z.number(),
  /** Smoothed; null is unknown. */
  shown: z.string().nullable(),
  output: z.array(z.int()),
  /** CRC-32 of the window's int8 values, in hexadecimal. */
  input: z.string(),
  micros: z.number(),
  stack: z.number(),
});
export type WindowLine = z.output<typeof windowSchema>;

export interface BiasLine {
  readonly counts: readonly number[];
}

export interface RestartLine {
  readonly sample: number;
}

/** A window's line; null for every other. */
export function windowLine(json: Readonly<Record<string, unknown>>): WindowLine | null {
  if (json["event"] !== "window") return null;
  const parsed = windowSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

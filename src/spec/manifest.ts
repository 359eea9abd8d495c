// bandsmith.json in a generated project: what the twin must know of the board, and which model it is.
import { z } from "zod";
import { WRIST_ORIENTATIONS } from "../signal/wrist.ts";
import { learnSchema } from "./band.ts";
import type { Board } from "./board.ts";

/** Of seven bits, without those that I2C keeps for itself. */
const i2cAddress = z.int().min(0x08).max(0x77);

const headSchema = z.strictObject({
  /** Ed25519, in hexadecimal; null where the band takes no head that is sent. */
  publicKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** What the network's last layer reads in each of the golden windows: int8 in base64. */
  goldenFeatures: z.array(z.base64()).min(1),
});
export type HeadManifest = z.output<typeof headSchema>;

export const manifestSchema = z.strictObject({
  generator: z.string(),
  name: z.string(),
  board: z.string(),
  /** First 16 digits of the SHA-256 of model.tflite. */
  model: z.string().regex(/^[0-9a-f]{16}$/),
  i2cHz: z.int().min(1),
  sensorAddress: i2cAddress,
  /** The sensor's INT line reaches the chip. */
  interruptWired: z.boolean(),
  displayAddress: i2cAddress,
  displayHeight: z.union([z.literal(32), z.literal(64)]),
  batteryMeasured: z.boolean(),
  /** What is averaged, and below which percentage it is unknown: decision.h. */
  smoothWindows: z.int().min(1),
  unknownBelowPercent: z.int().min(0).max(100),
  /** How the band is worn when it starts: WristOrientation. */
  wrist: z.union(WRIST_ORIENTATIONS.map((one) => z.literal(one))),
  /** Activity of the network to the recorded labels that it stands for; null where each is its own. */
  activities: z.record(z.string(), z.array(z.string())).nullable(),
  /** What a head of the wearer's is checked with; null where the last layer cannot be exchanged. */
  head: headSchema.nullable(),
  /** Raw samples may leave the band. */
  collect: z.literal(true).optional(),
  /** What the band may learn from its wearer; absent where it does not. */
  learn: learnSchema.optional(),
});
export type Manifest = z.output<typeof manifestSchema>;

export function manifestOf(
  board: Board,
  {
    generator,
    name,
    model,
    activities,
    smoothWindows,
    unknownBelowPercent,
    wrist,
    head,
    collect,
    learn,
  }: Omit<
    Manifest,
    | "board"
    | "i2cHz"
    | "sensorAddress"
    | "interruptWired"
    | "displayAddress"
    | "displayHeight"
    | "batteryMeasured"
  >,
): Manifest {
  return {
    generator,
    name,
    board: board.id,
    model,
    i2cHz: board.i2c.clockHz,
    sensorAddress: board.sensor.address,
    interruptWired: board.sensor.interruptPin !== null,
    displayAddress: board.display.address,
    displayHeight: board.display.height,
    batteryMeasured: board.battery.pin !== null,
    smoothWindows,
    unknownBelowPercent,
    wrist,
    activities,
    head,
    ...(collect === true ? { collect } : {}),
    ...(learn === undefined ? {} : { learn }),
  };
}

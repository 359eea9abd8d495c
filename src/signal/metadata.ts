// The pre-processing specification as it stands in a .tflite file's metadata: written canonically, read strictly.
import { z } from "zod";
import type { InputQuantizer } from "./frontend.ts";
import { ACCEL_RANGES_G, GYRO_RANGES_DPS } from "./mpu6050.ts";
import { CHANNEL_COUNT, CHANNELS, type Preprocessing } from "./preprocessing.ts";
import { decodeWristReference } from "./wrist-reference.ts";

/** Name of the entry in the file's metadata table. */
export const METADATA_NAME = "bandsmith";
/** Raised when the meaning of a field changes; a reader refuses other formats. */
export const METADATA_FORMAT = 1;

const int32 = z.int().min(-2147483648).max(2147483647);
const signedAxis = z.strictObject({
  axis: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  sign: z.union([z.literal(1), z.literal(-1)]),
});
/** |b|, |a| ≤ 2 with 24 fractional bits: what keeps the filter's sums exact (signal/filter.ts). */
const coefficient = z.int().min(-33554432).max(33554432);
const filterStage = z.strictObject({
  kind: z.enum(["lowpass", "highpass", "remove-gravity"]),
  cutoffHz: z.number().gt(0),
  order: z.int().min(1).max(6),
  channels: z
    .array(
      z
        .int()
        .min(0)
        .max(CHANNEL_COUNT - 1),
    )
    .max(CHANNEL_COUNT),
  subtract: z.boolean(),
  sections: z
    .array(
      z.strictObject({
        b0: coefficient,
        b1: coefficient,
        b2: coefficient,
        a1: coefficient,
        a2: coefficient,
        dcGain: z.union([z.literal(0), z.literal(1)]),
      }),
    )
    .min(1)
    .max(3),
});
const perChannel = z.array(z.number()).length(CHANNEL_COUNT);

const preprocessingSchema = z
  .strictObject({
    sensor: z.strictObject({
      accelRangeG: z.union(ACCEL_RANGES_G.map((g) => z.literal(g))),
      gyroRangeDps: z.union(GYRO_RANGES_DPS.map((dps) => z.literal(dps))),
      axes: z.tuple([signedAxis, signedAxis, signedAxis]),
    }),
    sampleRateHz: z.number().gt(0),
    windowSamples: z.int().min(1).max(65535),
    strideSamples: z.int().min(1).max(65535),
    filters: z.array(filterStage).max(8),
    normalization: z.strictObject({ mean: perChannel, deviation: perChannel }),
    labels: z.array(z.string()).min(1).max(256),
    wristReference: z.string().optional(),
  })
  .refine(
    ({ labels, wristReference: text }) =>
      text === undefined || decodeWristReference(text, labels.length) !== null,
    { path: ["wristReference"], message: "five numbers an activity, in base64" },
  ) satisfies z.ZodType<Preprocessing>;

const inputQuantizerSchema = z.strictObject({
  scale: z.number().gt(0),
  zeroPoint: z.int().min(-128).max(127),
  channels: z
    .array(z.strictObject({ offset: int32, mantissa: int32, shift: z.int().min(-31).max(30) }))
    .length(CHANNEL_COUNT),
}) satisfies z.ZodType<InputQuantizer>;

/** What the metadata buffer holds, as JSON. */
export const metadataSchema = z.strictObject({
  format: z.literal(METADATA_FORMAT),
  /** Channel names, so that another program can read the file without knowing our order. */
  channels: z
    .array(z.enum(CHANNELS))
    .refine((names) => names.join() === CHANNELS.join(), `exactly ${CHANNELS.join(", ")}`),
  preprocessing: preprocessingSchema,
  inputQuantizer: inputQuantizerSchema.nullable(),
});

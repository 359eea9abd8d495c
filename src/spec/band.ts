// band.yaml: what a person says about a band. Every default is here and nowhere else.
import { z } from "zod";
import { ACCEL_RANGES_G, GYRO_RANGES_DPS } from "../signal/mpu6050.ts";
import { WRIST_NAMES } from "../signal/wrist.ts";

const fraction = z.number().gt(0).lt(1);
const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, '.', '_' and '-' only");
/** Subject and recording names are often bare numbers in YAML. */
const name = z.union([z.string().min(1), z.number()]).transform(String);

/** A sensor axis as a wearer's: "x", "-y" and so on. */
const axisSchema = z.enum(["x", "-x", "y", "-y", "z", "-z"]);

export const sensorSchema = z.strictObject({
  model: z.literal("mpu6050").default("mpu6050"),
  rateHz: z
    .number()
    .min(4)
    .max(1000)
    .default(20)
    .describe("Samples a second. The MPU6050 divides 1 kHz by a whole number up to 256."),
  accelRangeG: z.literal(ACCEL_RANGES_G).default(8),
  gyroRangeDps: z.literal(GYRO_RANGES_DPS).default(2000),
  axes: z
    .tuple([axisSchema, axisSchema, axisSchema])
    .default(["x", "y", "z"])
    .describe("The wearer's x, y, z as axes of the mounted chip."),
  wrist: z
    .enum(WRIST_NAMES)
    .default("same")
    .describe(
      "Where the band is worn, compared with the recordings, and whether it is turned: docs/wrist.md.",
    ),
});

export const windowSchema = z.strictObject({
  seconds: z.number().gt(0).max(60).default(3),
  overlap: z.number().min(0).max(0.95).default(0.5),
});

export const filterSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.enum(["lowpass", "highpass"]),
    cutoffHz: z.number().gt(0),
    order: z.int().min(1).max(6).default(3),
    channels: z.enum(["all", "accel", "gyro"]).default("all"),
  }),
  z.strictObject({
    kind: z.literal("remove-gravity"),
    cutoffHz: z.number().gt(0).default(0.3),
    order: z.int().min(1).max(6).default(3),
  }),
]);

export const unitsSchema = z.strictObject({
  accel: z.enum(["g", "m/s^2"]),
  gyro: z.enum(["deg/s", "rad/s"]),
});

export const DATA_FORMATS = ["recordings", "wisdm", "pamap2", "uci-har", "hapt"] as const;

const dataObjectSchema = z.strictObject({
  path: z.string().min(1).describe("A folder or a file, relative to band.yaml."),
  format: z.enum(DATA_FORMATS).default("recordings"),
  units: unitsSchema
    .optional()
    .describe("Units of the recordings; dataset.yaml beside them may say it instead."),
  maxGapMs: z
    .number()
    .gt(0)
    .default(1000)
    .describe("A longer pause between two samples ends a segment: no window crosses it."),
  repeatedStamps: z
    .enum(["error", "drop"])
    .default("error")
    .describe("What to do with two rows of one session that carry the same t_ms: drop keeps the first."),
  sessions: z
    .string()
    .min(1)
    .optional()
    .describe('Only sessions with such names, * for any letters: "R-*" for those that begin with R-.'),
  gravityCheck: z
    .boolean()
    .default(true)
    .describe("Refuse recordings whose |a| says that the unit is wrong."),
});
export const dataSchema = z
  .union([z.string().min(1), dataObjectSchema])
  .transform((value) => (typeof value === "string" ? dataObjectSchema.parse({ path: value }) : value));

/** Which recorded labels become which activity: a list keeps names, a mapping renames and merges. */
const activitiesSchema = z
  .union([
    z.array(name).min(2),
    z.record(identifier, z.union([name.transform((one) => [one]), z.array(name).min(1)])),
  ])
  .transform((value) =>
    Array.isArray(value) ? Object.fromEntries(value.map((label) => [label, [label]])) : value,
  )
  .refine((value) => Object.keys(value).length >= 2, "at least two activities");

const heldOut = z.union([fraction, z.array(name).min(1)]);
const none = z.literal("none");
/** No names and a share of nothing are the same: everyone trains who does not test. */
const validators = z
  .union([heldOut, none.transform((): string[] => [])])
  .default(0.15)
  .describe("Held-out subjects, or none, which needs `train.schedule: one-cycle`.");
const validationShare = z.union([fraction, none.transform(() => 0)]).default(0.15);
export const splitSchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("subject"),
    test: heldOut.default(0.2).describe("Held-out subjects: a list, or a share of them drawn by the seed."),
    validation: validators,
    familiar: fraction
      .optional()
      .describe(
        "The last share of each training person's windows of each activity tests as well, apart: the same people, another time.",
      ),
  }),
  z.strictObject({
    by: z.literal("list"),
    train: z.array(name).min(1),
    test: z.array(name).min(1),
    validation: validators.describe("Taken from the training subjects; or none, as above."),
  }),
  z.strictObject({
    by: z.literal("time"),
    test: fraction.default(0.2).describe("The last share of each subject's time in each activity."),
    validation: validationShare,
  }),
  z.strictObject({
    by: z.literal("random-window"),
    test: fraction.default(0.2),
    validation: validationShare,
    leaking: z.literal(true).describe("Overlapping windows fall on both sides. Say that you know it."),
  }),
]);

export const augmentSchema = z.strictObject({
  rotationDegrees: z.number().min(0).max(180).default(20).describe("Standard deviation about a random axis."),
  scale: z.number().min(0).max(0.5).default(0.05).describe("Standard deviation of a factor about 1."),
  jitter: z.number().min(0).max(1).default(0.03).describe("White noise, in channel deviations."),
  shiftSeconds: z
    .number()
    .min(0)
    .max(10)
    .default(0.5)
    .describe("Largest shift of a window along its recording."),
  flip: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Probability of a window being worn on the other wrist, turned, or both: docs/wrist.md."),
});

export const trainSchema = z.strictObject({
  epochs: z.int().min(1).max(10000).default(30),
  batchSize: z.int().min(1).max(4096).default(32),
  learningRate: z.number().gt(0).max(1).default(0.003).describe("The highest, where it changes."),
  schedule: z
    .enum(["plateau", "one-cycle"])
    .default("plateau")
    .describe(
      "plateau: by validation loss, the best epoch is kept. one-cycle: up and down over all epochs, the last is kept.",
    ),
  plateau: z
    .strictObject({
      factor: z.number().gt(0).lt(1).default(0.5),
      patience: z.int().min(1).default(3),
      minimum: z.number().gt(0).default(1e-5),
    })
    .prefault({}),
  patience: z.int().min(1).default(10).describe("Epochs without a better validation loss before stopping."),
  weightDecay: z.number().min(0).max(1).default(0),
  clipNorm: z
    .number()
    .gt(0)
    .max(1000)
    .nullable()
    .default(null)
    .describe("The largest norm of a batch's gradient, which is shortened to it; null for any."),
  classWeights: z.enum(["none", "balanced"]).default("balanced"),
  augment: augmentSchema.prefault({}),
  backend: z.enum(["auto", "wasm", "cpu", "node"]).default("auto"),
});

const pruneObjectSchema = z.strictObject({
  share: fraction.describe("Of the output channels or units of every layer that can do with fewer."),
  epochs: z.int().min(1).max(10000).default(15).describe("Of the fine-tuning afterwards."),
  learningRate: z.number().gt(0).max(1).default(0.003).describe("Of the fine-tuning afterwards."),
});

/** A bare number is the share. */
const pruneSchema = z
  .union([fraction, pruneObjectSchema])
  .transform((value) => (typeof value === "number" ? pruneObjectSchema.parse({ share: value }) : value));

const awareObjectSchema = z.strictObject({
  epochs: z.int().min(1).max(10000).default(10),
  learningRate: z.number().gt(0).max(1).default(0.0003),
});

/** Yes or no, or its settings, which mean yes. */
const awareSchema = z
  .union([z.boolean(), awareObjectSchema])
  .default(false)
  .transform((value) => (value === true ? awareObjectSchema.parse({}) : value === false ? null : value));

export const quantizeSchema = z.strictObject({
  calibration: z
    .enum(["nearest", "mse", "minmax", "percentile"])
    .default("nearest")
    .describe("How activation ranges are chosen; nearest: by the answers on training windows."),
  percentile: z.number().gt(50).max(100).default(99.99),
  windows: z.int().min(1).default(2000).describe("Training windows that the activations are observed on."),
  aware: awareSchema.describe("Some epochs more, in which the network computes what int8 will."),
});

export const decisionSchema = z.strictObject({
  smoothWindows: z
    .int()
    .min(1)
    .max(32)
    .default(3)
    .describe("Windows whose probabilities are averaged before an activity is shown."),
  unknownBelow: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("An averaged probability below it is shown and counted as unknown; 0 for never."),
});

export const powerSchema = z.strictObject({
  standbyAfterSeconds: z
    .number()
    .min(0)
    .max(86400)
    .default(120)
    .describe("Stillness after which the band only waits for motion; 0 for never."),
  motionMilliG: z.int().min(10).max(500).default(60).describe("What counts as motion, per axis."),
  dimAfterSeconds: z.int().min(0).max(86400).default(15).describe("Since the last press; 0 for never."),
  displayOffAfterSeconds: z
    .int()
    .min(0)
    .max(86400)
    .default(60)
    .describe("Since the last press; 0 for never."),
});

export const learnSchema = z.strictObject({
  windows: z.int().min(1).max(256).default(15).describe("Of each activity, that a head is fitted on."),
  heldBack: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe("Windows of each activity after those, by which the new head is judged."),
  activities: z
    .array(name)
    .default([])
    .describe("That may be learned beside the network's own, which it never had."),
});

const modelObjectSchema = z.strictObject({
  use: z.string().min(1).describe("A model's id, or the path of a model YAML."),
  parameters: z.record(z.string(), z.number()).default({}),
});

export const bandSchema = z.strictObject({
  name: identifier.optional().describe("Default: the folder's or file's name."),
  board: z.string().min(1),
  sensor: sensorSchema.prefault({}),
  window: windowSchema.prefault({}),
  filters: z.array(filterSchema).default([]),
  data: dataSchema,
  activities: activitiesSchema.optional().describe("Default: every label in the recordings."),
  split: splitSchema.prefault({ by: "subject" }),
  balance: z.enum(["none", "undersample", "oversample", "smote"]).default("none"),
  model: z
    .union([z.string().min(1), modelObjectSchema])
    .transform((value) => (typeof value === "string" ? modelObjectSchema.parse({ use: value }) : value)),
  train: trainSchema.prefault({}),
  prune: pruneSchema
    .optional()
    .describe("The share of channels and units to remove after training, or {share, epochs, learningRate}."),
  quantize: quantizeSchema.prefault({}),
  decision: decisionSchema.prefault({}),
  power: powerSchema.prefault({}),
  engine: z
    .enum(["tflm", "compiled"])
    .default("tflm")
    .describe("What runs the network on the band: TFLite Micro, or the network compiled to C++."),
  optimize: z
    .enum(["speed", "size"])
    .default("speed")
    .describe(
      "What the compiled engine's tables are laid out for: few instructions, or few bytes of flash. Only the ESP32 has two layouts.",
    ),
  update: z
    .strictObject({
      publicKey: z
        .string()
        .min(1)
        .describe(
          "PEM file of the Ed25519 key whose owner may send heads to the band, relative to band.yaml.",
        ),
    })
    .optional()
    .describe("Without it the band takes no head that is sent to it."),
  collect: z
    .boolean()
    .default(false)
    .describe("Whether raw samples may leave the band: over its serial port, while bandsmith collect asks."),
  learn: learnSchema
    .optional()
    .describe(
      "The band learns from its wearer by button and display, without any host: docs/learn.md. Not without it.",
    ),
  seed: z.int().min(0).max(0xffffffff).default(1),
  out: z.string().min(1).optional().describe("Default: build/<name> beside band.yaml."),
});

/** band.yaml, checked and with every default in place. */
export type BandSpec = z.output<typeof bandSchema>;
export type SensorSpec = z.output<typeof sensorSchema>;
export type WindowSpec = z.output<typeof windowSchema>;
export type FilterSpec = z.output<typeof filterSchema>;
export type DataSpec = z.output<typeof dataSchema>;
export type DataFormat = (typeof DATA_FORMATS)[number];
export type Units = z.output<typeof unitsSchema>;
export type SplitSpec = z.output<typeof splitSchema>;
export type TrainSpec = z.output<typeof trainSchema>;
export type PruneSpec = z.output<typeof pruneSchema>;
export type AugmentSpec = z.output<typeof augmentSchema>;
export type QuantizeSpec = z.output<typeof quantizeSchema>;
export type AwareSpec = NonNullable<QuantizeSpec["aware"]>;
export type DecisionSpec = z.output<typeof decisionSchema>;
export type PowerSpec = z.output<typeof powerSchema>;
export type LearnSpec = z.output<typeof learnSchema>;
export type Engine = BandSpec["engine"];
export type Optimize = BandSpec["optimize"];
export type BalanceMethod = BandSpec["balance"];

// The keys of boards/<id>.json and what may stand there, before it is held against the chip.
import { z } from "zod";
import { MCU_IDS } from "./mcu.ts";
import { APP_ALIGNMENT } from "./partitions.ts";
import { WOKWI_PARTS } from "./wokwi.ts";

const pin = z.int().min(0).max(48);
const bytes = z.int().min(1);
/** Seven bits, without the reserved ones (NXP UM10204, 3.1.12). */
const busAddress = z.int().min(0x08).max(0x77);

export const boardFileSchema = z.strictObject({
  name: z.string().min(1),
  notes: z.string().describe("What a person who wires this board should know."),
  platformioBoard: z.string().regex(/^[a-z0-9_-]+$/),
  mcu: z.enum(MCU_IDS),
  flashBytes: z.union([z.literal(4194304), z.literal(8388608), z.literal(16777216)]),
  appPartitionBytes: bytes.multipleOf(
    APP_ALIGNMENT,
    `a multiple of ${APP_ALIGNMENT}, as the flash is mapped`,
  ),
  ramBudgetBytes: bytes.describe("Static RAM that engine and application may take together."),
  i2c: z.strictObject({ sdaPin: pin, sclPin: pin, clockHz: z.int().min(10000).max(400000) }),
  sensor: z.strictObject({
    model: z.literal("mpu6050"),
    address: z.union([z.literal(0x68), z.literal(0x69)]),
    interruptPin: pin.nullable().describe("The sensor's INT: motion wakes the band from light sleep."),
  }),
  display: z.strictObject({
    controller: z.literal("ssd1306"),
    width: z.literal(128),
    height: z.union([z.literal(64), z.literal(32)]),
    address: busAddress,
  }),
  button: z.strictObject({
    pin: pin.nullable(),
    activeLow: z.boolean().describe("It connects the pin to ground, otherwise to 3.3 V."),
  }),
  battery: z.strictObject({
    pin: pin.nullable(),
    divider: z.number().min(1).max(10).describe("The cell's voltage over the pin's: 2 for equal resistors."),
  }),
  console: z.enum(["uart", "usb"]).describe("Which serial port a person has plugged in."),
  wokwi: z.strictObject({ part: z.enum(WOKWI_PARTS) }),
});

export type BoardFile = z.output<typeof boardFileSchema>;

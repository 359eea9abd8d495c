// A board as data: boards/<id>.json, checked when it is read. Adding a board is adding a file.
import { z } from "zod";
import { boardBadFile } from "../util/messages.ts";

const pin = z.int().min(0).max(48);
const bytes = z.int().min(1);
/** Seven bits, without the reserved ones (NXP UM10204, 3.1.12). */
const busAddress = z.int().min(0x08).max(0x77);

/** Where the first app partition begins; before it stand the boot loader, nvs and otadata. */
export const APP_OFFSET = 0x10000;

const boardFileSchema = z
  .strictObject({
    name: z.string().min(1),
    notes: z.string().describe("What a person who wires this board should know."),
    platformioBoard: z.string().regex(/^[a-z0-9_-]+$/),
    mcu: z.enum(["esp32", "esp32c3", "esp32s3"]),
    flashBytes: z.union([z.literal(4194304), z.literal(8388608), z.literal(16777216)]),
    appPartitionBytes: bytes.multipleOf(65536, "a multiple of 65536, as the flash is mapped"),
    ramBudgetBytes: bytes.describe("Static RAM that engine and application may take together."),
    i2c: z.strictObject({ sdaPin: pin, sclPin: pin, clockHz: z.int().min(10000).max(400000) }),
    sensor: z.strictObject({
      model: z.literal("mpu6050"),
      address: z.union([z.literal(0x68), z.literal(0x69)]),
    }),
    display: z.strictObject({
      controller: z.literal("ssd1306"),
      width: z.literal(128),
      height: z.literal(64),
      address: busAddress,
    }),
    buttonPin: pin.nullable(),
    batteryPin: pin.nullable(),
    console: z.enum(["uart", "usb"]).describe("Which serial port a person has plugged in."),
  })
  .refine((board) => APP_OFFSET + 2 * board.appPartitionBytes <= board.flashBytes, {
    message: "two app partitions (for updates over the air) must fit into flashBytes",
    path: ["appPartitionBytes"],
  });

export type Board = z.output<typeof boardFileSchema> & { readonly id: string };

/**
 * Checks one board.
 * @param value the JSON of boards/<id>.json
 * @throws UserError board/bad-file
 */
export function parseBoard(value: unknown, id: string): Board {
  const result = boardFileSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw boardBadFile(`boards/${id}.json`, issue!.path.join("."), issue!.message);
  }
  return { ...result.data, id };
}

/** True where ESP-NN's kernels keep copies of their input and weights. */
export function hasVectorKernels(board: Pick<Board, "mcu">): boolean {
  return board.mcu === "esp32s3";
}

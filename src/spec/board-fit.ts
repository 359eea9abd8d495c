// Does a model fit a board? Flash and RAM against what is there, before anything is generated.
import { boardTooSmall } from "../util/messages.ts";
import type { Board } from "./board.ts";

/**
 * ESP-IDF, drivers and what runs the network in flash. Estimates, on the safe side and not measured on a board: an
 * ESP-IDF application with I2C is about 200 KB, golden windows at most 20 KB, some is left over; TFLite Micro with ESP-NN
 * and ten operators is about 150 KB, while the kernels of a compiled network are counted with it.
 */
const FIRMWARE_FLASH_BYTES = { tflm: 400 * 1024, compiled: 250 * 1024 } as const;
/** Frame buffer, buffers, the main task's stack of 16 KB, and an interpreter; an estimate likewise. */
const FIRMWARE_RAM_BYTES = 28 * 1024;

/** What the network itself takes. */
export interface Footprint {
  readonly engine: "tflm" | "compiled";
  readonly flash: { readonly bytes: number; readonly what: string };
  readonly ram: { readonly bytes: number; readonly what: string };
}

export interface Fit {
  readonly flashBytes: number;
  readonly flashAvailable: number;
  readonly ramBytes: number;
  readonly ramAvailable: number;
}

/** @throws UserError board/too-small with the figures */
export function checkFits({ engine, flash, ram }: Footprint, board: Board): Fit {
  const firmwareFlash = FIRMWARE_FLASH_BYTES[engine];
  const fit: Fit = {
    flashBytes: flash.bytes + firmwareFlash,
    flashAvailable: board.appPartitionBytes,
    ramBytes: ram.bytes + FIRMWARE_RAM_BYTES,
    ramAvailable: board.ramBudgetBytes,
  };
  if (fit.flashBytes > fit.flashAvailable) {
    throw boardTooSmall(
      board.id,
      "flash",
      `${flash.what} ${flash.bytes} B and firmware about ${firmwareFlash} B are ${fit.flashBytes} B`,
      `the app partition has ${fit.flashAvailable} B`,
    );
  }
  if (fit.ramBytes > fit.ramAvailable) {
    throw boardTooSmall(
      board.id,
      "RAM",
      `${ram.what} ${ram.bytes} B and firmware about ${FIRMWARE_RAM_BYTES} B are ${fit.ramBytes} B`,
      `the budget is ${fit.ramAvailable} B`,
    );
  }
  return fit;
}

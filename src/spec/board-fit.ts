// Does a model fit a board? Flash and RAM against what is there, before anything is generated.
import { boardTooSmall } from "../util/messages.ts";
import type { Board } from "./board.ts";

/**
 * ESP-IDF, drivers and TFLite Micro with its kernels in flash. An estimate, on the safe side and not measured on a
 * board: an ESP-IDF application with I2C is about 200 KB, TFLite Micro with ESP-NN and ten operators about 150 KB,
 * golden windows at most 20 KB.
 */
const ENGINE_FLASH_BYTES = 400 * 1024;
/** Interpreter, frame buffer, buffers and the main task's stack of 16 KB; an estimate likewise. */
const ENGINE_RAM_BYTES = 28 * 1024;

export interface Footprint {
  readonly modelBytes: number;
  readonly arenaBytes: number;
}

export interface Fit {
  readonly flashBytes: number;
  readonly flashAvailable: number;
  readonly ramBytes: number;
  readonly ramAvailable: number;
}

/** @throws UserError board/too-small with the figures */
export function checkFits(footprint: Footprint, board: Board): Fit {
  const fit: Fit = {
    flashBytes: footprint.modelBytes + ENGINE_FLASH_BYTES,
    flashAvailable: board.appPartitionBytes,
    ramBytes: footprint.arenaBytes + ENGINE_RAM_BYTES,
    ramAvailable: board.ramBudgetBytes,
  };
  if (fit.flashBytes > fit.flashAvailable) {
    throw boardTooSmall(
      board.id,
      "flash",
      `model ${footprint.modelBytes} B and firmware about ${ENGINE_FLASH_BYTES} B are ${fit.flashBytes} B`,
      `the app partition has ${fit.flashAvailable} B`,
    );
  }
  if (fit.ramBytes > fit.ramAvailable) {
    throw boardTooSmall(
      board.id,
      "RAM",
      `tensor arena ${footprint.arenaBytes} B and firmware about ${ENGINE_RAM_BYTES} B are ${fit.ramBytes} B`,
      `the budget is ${fit.ramAvailable} B`,
    );
  }
  return fit;
}

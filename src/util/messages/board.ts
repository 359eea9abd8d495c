// Messages of boards, and of what does not fit onto them.
import { UserError } from "../errors.ts";

export const unknownBoard = (where: string, found: string, known: readonly string[]): UserError =>
  new UserError(
    "board/unknown",
    `${where}: there is no board "${found}".`,
    known.length === 0
      ? "The folder boards/ is empty: install Bandsmith again."
      : `Known are ${known.join(", ")}; docs/adding-a-board.md tells how to add one.`,
  );

export const boardBadFile = (file: string, key: string, problem: string): UserError =>
  new UserError(
    "board/bad-file",
    `${file}${key === "" ? "" : `: ${key}`}: ${problem}.`,
    "See docs/adding-a-board.md for what a board file holds.",
  );

export const boardTooSmall = (board: string, memory: string, needed: string, available: string): UserError =>
  new UserError(
    "board/too-small",
    `The model is too large for the board ${board}'s ${memory}: ${needed}, ${available}.`,
    "Choose a smaller model (fewer filters or blocks), a shorter window, or a larger board.",
  );

export const kernelsMissing = (network: string, missing: readonly string[]): UserError =>
  new UserError(
    "project/no-kernel",
    `The network ${network} cannot be compiled: there is no kernel in C++ for ${missing.join(", ")}.`,
    "Set `engine: tflm` in band.yaml, or choose a model without it.",
  );

export const sensorRateImpossible = (rateHz: number, possible: readonly number[]): UserError =>
  new UserError(
    "project/sensor-rate",
    `sensor.rateHz is ${rateHz} Hz, but the MPU6050 divides 1000 Hz by a whole number from 1 to 256.`,
    `The nearest that it can do: ${possible.map((hz) => `${hz} Hz`).join(", ")}.`,
  );

// Messages of collecting recordings from a band.
import { UserError } from "../errors.ts";

export const collectRateTooHigh = (rateHz: number, most: number): UserError =>
  new UserError(
    "project/collect-rate",
    `band.yaml: collect needs sensor.rateHz of at most ${most}, and it is ${rateHz}.`,
    "A serial port of 115200 baud does not carry more besides the rest: lower the rate, or leave collect out.",
  );

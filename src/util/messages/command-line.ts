// Messages of options, and of commands on what is not built or not theirs.
import { UserError } from "../errors.ts";

export const badSeed = (found: number): UserError =>
  new UserError(
    "cli/bad-seed",
    `--seed is ${Number.isNaN(found) ? "not a number" : found}; a whole number from 0 to 4294967295 was expected.`,
    "Leave it out to use the seed of band.yaml, or 1 where there is none.",
  );

export const badCount = (option: string, found: number): UserError =>
  new UserError(
    "cli/bad-count",
    `${option} is ${Number.isNaN(found) ? "not a number" : found}; a whole number from 1 was expected.`,
    "Leave it out to use the default.",
  );

export const badSequence = (found: number): UserError =>
  new UserError(
    "cli/bad-sequence",
    `--sequence is ${Number.isNaN(found) ? "not a number" : found}; a whole number from 1 to 4294967294 was expected.`,
    "Leave it out to use the seconds since 1970.",
  );

export const badSeconds = (option: string, found: number): UserError =>
  new UserError(
    "cli/bad-seconds",
    `${option} is ${Number.isNaN(found) ? "not a number" : found}; a number of seconds above 0 was expected.`,
    "Leave it out to use the default.",
  );

export const optionEmpty = (name: string): UserError =>
  new UserError(
    "cli/no-value",
    `${name} is given without a value.`,
    "Write its value behind it, or leave it out.",
  );

export const optionRepeated = (name: string, times: number): UserError =>
  new UserError(
    "cli/repeated",
    `${name} is given ${times} times, once was expected.`,
    "Leave the one that is meant.",
  );

export const dataWithBand = (band: string): UserError =>
  new UserError(
    "cli/data-with-band",
    `--data is for a .tflite file; ${band} names its own recordings.`,
    "Leave out --data, or give the .tflite file instead of the band file.",
  );

export const unitsIncomplete = (): UserError =>
  new UserError(
    "cli/units-incomplete",
    "Only one of --accel and --gyro is given.",
    "Give both units or neither.",
  );

export const notInt8Model = (source: string, dtype: string, expected: string): UserError =>
  new UserError(
    "run/not-int8",
    `${source} takes ${dtype} input; ${expected}.`,
    "Give the int8 model, for example build/<name>/model.tflite.",
  );

export const incompleteFrame = (source: string, size: number, frames: number, left: number): UserError =>
  new UserError(
    "run/incomplete-frame",
    `stdin ended after ${frames} whole frames and ${left} bytes more; a frame of ${source} is ${size} bytes.`,
    "Send whole frames: raw int8, no header, no separator.",
  );

export const notBuilt = (model: string, band: string): UserError =>
  new UserError(
    "build/not-built",
    `There is no ${model} to verify.`,
    `Build it first: bandsmith build ${band}`,
  );

export const modelStale = (model: string, band: string): UserError =>
  new UserError(
    "build/stale",
    `${model} does not come from the present ${band}, its recordings and its seed.`,
    `Build it again: bandsmith build ${band}`,
  );

export const modelDisagrees = (different: number, values: number): UserError =>
  new UserError(
    "build/disagreement",
    `${different} of ${values} values differ between the quantised network and its own .tflite file.`,
    "This is a fault of Bandsmith, not yours: please report it with the band.yaml. Nothing was written.",
  );

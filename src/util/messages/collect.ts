// Messages of collecting recordings from a band.
import { UserError } from "../errors.ts";

export const collectRateTooHigh = (rateHz: number, most: number): UserError =>
  new UserError(
    "project/collect-rate",
    `band.yaml: collect needs sensor.rateHz of at most ${most}, and it is ${rateHz}.`,
    "A serial port of 115200 baud does not carry more besides the rest: lower the rate, or leave collect out.",
  );

export const collectNotBuilt = (project: string): UserError =>
  new UserError(
    "collect/not-built",
    `The firmware of ${project} tells nobody its samples.`,
    "Say collect: true in band.yaml, build and flash.",
  );

export const collectNameEmpty = (option: string): UserError =>
  new UserError("collect/empty-name", `${option} is blank.`, "Say who wears the band, and what they do.");

export const collectOtherUnits = (card: string, found: string, wanted: string): UserError =>
  new UserError(
    "collect/other-units",
    `${card} says that the recordings beside it are in ${found}, and these would be in ${wanted}.`,
    "Choose another folder with --output.",
  );

export const collectLogExists = (file: string): UserError =>
  new UserError(
    "collect/log-exists",
    `${file} is already there.`,
    "Choose another name: nothing is written over.",
  );

export const collectSilent = (port: string, heard: boolean): UserError =>
  new UserError(
    "collect/silent",
    heard ? `The band on ${port} talks, but gives no samples.` : `Nothing on ${port} answers.`,
    heard
      ? "The firmware on it was built without collect: true, or the cable carries one direction only: build and flash it, or change the cable."
      : "See that the band is on and that no other program reads the port, press its button, and try again.",
  );

export const collectOtherModel = (found: string, project: string): UserError =>
  new UserError(
    "collect/other-model",
    `The band has model ${found}, and that is not the one of ${project}: its ranges and axes may be others.`,
    "Name the project that is on the band, as in bandsmith collect my-band/band.yaml, or build and flash this one.",
  );

export const collectLost = (port: string, kept: number): UserError =>
  new UserError(
    "collect/lost",
    `The band on ${port} gives no more samples. The recording under way was dropped; complete before it: ${kept}.`,
    "Its display or bandsmith monitor says what is wrong; the sensor's cable is the likeliest.",
  );

export const collectWithoutSamples = (file: string, damaged: number): UserError =>
  new UserError(
    "collect/no-samples",
    `${file} has no samples${damaged === 0 ? "" : `: all ${damaged} lines of them are damaged`}.`,
    "bandsmith collect --log, or bandsmith emulate --collect --serial, saves lines that have some.",
  );

export const collectMarksNeeded = (activities: number): UserError =>
  new UserError(
    "collect/marks-needed",
    `One log and ${activities} activities: nothing says where one ends.`,
    "Name one --activity, or add --marks where each press of the band's button began the next.",
  );

export const collectWrongMarks = (file: string, presses: number, activities: number): UserError =>
  new UserError(
    "collect/wrong-marks",
    `The button was pressed ${presses} times in ${file}, and ${activities} activities have ${activities - 1} borders.`,
    "Name the activities in their order, one more than there are presses.",
  );

export const collectMarksWithoutLog = (): UserError =>
  new UserError(
    "collect/marks-without-log",
    "--marks is for saved lines, and there is no --from.",
    "On a port the band's button starts and completes recordings by itself.",
  );

export const collectFromTwoPlaces = (): UserError =>
  new UserError(
    "collect/two-places",
    "--from reads saved lines, and --port and --log are for a band.",
    "Give either --from, or --port and --log.",
  );

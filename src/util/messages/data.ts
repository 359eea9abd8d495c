// Messages of recordings: with file and line where there is one.
import { UserError } from "../errors.ts";

const RECORDING_HEADER = "t_ms,ax,ay,az,gx,gy,gz,label,session";
const SEE_DATA = "See docs/data.md for the recording format.";

export const dataNoFiles = (path: string, expected: string): UserError =>
  new UserError(
    "data/no-files",
    `${path} holds no recordings: expected ${expected}.`,
    "Check the path and the format: `data.path` and `data.format` in band.yaml, or --format.",
  );

export const dataEmptyFile = (file: string): UserError =>
  new UserError(
    "data/empty-file",
    `${file} is empty: expected a header and rows.`,
    "Remove it or record it again.",
  );

export const dataNoRows = (file: string): UserError =>
  new UserError(
    "data/no-rows",
    `${file}:1: there is a header but no row below it.`,
    "Remove the file or record it again.",
  );

export const dataTruncatedGzip = (file: string, cause: unknown): UserError =>
  new UserError(
    "data/truncated-gzip",
    `${file}: the gzip data end too early; the file is cut short.`,
    "Copy the file again from its source.",
    { cause },
  );

export const dataBadGzip = (file: string, cause: unknown): UserError =>
  new UserError(
    "data/bad-gzip",
    `${file}: expected gzip data, found something else or damaged data.`,
    "Copy the file again, or drop the .gz from its name if it is plain text.",
    { cause },
  );

export const dataNotText = (file: string, line: number): UserError =>
  new UserError(
    "data/not-text",
    `${file}:${line}: expected UTF-8 text, found other bytes.`,
    "Save the recording as plain CSV in UTF-8.",
  );

export const dataWrongHeader = (file: string, found: string, expected = RECORDING_HEADER): UserError =>
  new UserError(
    "data/wrong-header",
    `${file}:1: found the header "${found}", expected "${expected}".`,
    SEE_DATA,
  );

export const dataMissingColumn = (file: string, missing: readonly string[], found: string): UserError =>
  new UserError(
    "data/missing-column",
    `${file}:1: no column ${missing.join(", ")} in the header "${found}", expected "${RECORDING_HEADER}".`,
    SEE_DATA,
  );

export const dataWrongFieldCount = (file: string, line: number, found: number, expected: number): UserError =>
  new UserError(
    "data/wrong-field-count",
    `${file}:${line}: found ${found} values, expected ${expected}.`,
    "A row was cut off or has a stray separator: mend or remove it.",
  );

export const dataNotANumber = (file: string, line: number, column: string, found: string): UserError =>
  new UserError(
    "data/not-a-number",
    `${file}:${line}: ${column} is "${found}", expected a number.`,
    "Use a decimal point and no unit.",
  );

export const dataNotFinite = (file: string, line: number, column: string, found: string): UserError =>
  new UserError(
    "data/not-finite",
    `${file}:${line}: ${column} is ${found}, expected a finite number.`,
    "Remove rows without a measurement: a gap is allowed, a hole is not.",
  );

export const dataUnsortedStamps = (file: string, line: number, found: number, previous: number): UserError =>
  new UserError(
    "data/unsorted-stamps",
    `${file}:${line}: t_ms goes back from ${previous} to ${found} within one session, expected it to grow.`,
    "Sort the rows by time, or start a new session where the clock starts again.",
  );

export const dataRepeatedStamps = (file: string, line: number, found: number): UserError =>
  new UserError(
    "data/repeated-stamps",
    `${file}:${line}: t_ms ${found} occurs twice in one session, expected it to grow.`,
    "If the recorder's clock is that coarse, set `data.repeatedStamps: drop` to keep the first of each.",
  );

export const dataBadRecord = (file: string, line: number, found: string, expected: string): UserError =>
  new UserError(
    "data/bad-record",
    `${file}:${line}: found "${found}", expected ${expected}.`,
    "Check that `data.format` is the format of these files and that they are complete.",
  );

export const dataMissingPartner = (file: string, partner: string): UserError =>
  new UserError(
    "data/missing-partner",
    `${file}: its companion ${partner} is missing.`,
    "Copy the published data set whole: both sensors are needed.",
  );

export const dataRowsDisagree = (file: string, rows: number, partner: string, expected: number): UserError =>
  new UserError(
    "data/rows-disagree",
    `${file} has ${rows} rows, ${partner} has ${expected}: expected as many.`,
    "One of the two is cut short: copy it again.",
  );

export const dataUnitsMissing = (path: string): UserError =>
  new UserError(
    "data/units-missing",
    `Nothing says the units of the recordings in ${path}.`,
    "Put dataset.yaml with `units: {accel: g, gyro: deg/s}` (or m/s^2, rad/s) beside them, or set `data.units`, or give --accel and --gyro.",
  );

export const dataUnitsConflict = (path: string, found: string, declared: string): UserError =>
  new UserError(
    "data/units-conflict",
    `\`data.units\` says ${found}, but the recordings in ${path} are declared as ${declared}.`,
    "Say the units once: remove the wrong one.",
  );

export const dataBadCard = (file: string, line: number, key: string, problem: string): UserError =>
  new UserError(
    "data/bad-dataset-yaml",
    `${file}:${line}: ${key === "" ? "" : `${key}: `}${problem}.`,
    "See docs/data.md for what dataset.yaml holds.",
  );

export const dataWrongAccelUnit = (
  file: string,
  line: number,
  foundG: string,
  unit: string,
  fits: string | null,
): UserError =>
  new UserError(
    "data/wrong-accel-unit",
    `${file}:${line}: at rest |a| is ${foundG} g if the accelerations are in ${unit}, expected about 1 g` +
      (fits === null ? "." : `; they would fit ${fits}.`),
    fits === null
      ? "The recordings must contain gravity. `data.gravityCheck: false` skips this check."
      : `Declare \`accel: ${fits}\` in dataset.yaml or \`data.units\`. \`data.gravityCheck: false\` skips this check.`,
  );

export const dataWrongGyroUnit = (file: string, line: number, foundDps: string): UserError =>
  new UserError(
    "data/wrong-gyro-unit",
    `${file}:${line}: one sample in twenty turns faster than ${foundDps} deg/s if the rates are in rad/s, ` +
      "expected less than 2500 deg/s from a wrist.",
    "Declare `gyro: deg/s` in dataset.yaml or `data.units`. `data.gravityCheck: false` skips this check.",
  );

export const dataUnknownLabel = (
  activity: string,
  label: string,
  path: string,
  known: readonly string[],
): UserError =>
  new UserError(
    "data/unknown-label",
    `activities.${activity}: no recording in ${path} has the label "${label}".`,
    `Recorded are ${known.join(", ")}.`,
  );

export const dataLabelTwice = (label: string, first: string, second: string): UserError =>
  new UserError(
    "data/label-twice",
    `The label "${label}" is given to both activities.${first} and activities.${second}.`,
    "Give each recorded label to one activity.",
  );

export const dataTooFewLabels = (path: string, found: readonly string[]): UserError =>
  new UserError(
    "data/too-few-labels",
    `The recordings in ${path} have ${found.length === 0 ? "no label" : `only the label ${found.join(", ")}`}, expected at least two.`,
    "Record at least two activities.",
  );

/** As many as a person reads. */
const MOST_SESSIONS = 20;

export const dataNoSession = (pattern: string, sessions: readonly string[]): UserError =>
  new UserError(
    "data/no-session",
    `No session has a name like "${pattern}".`,
    `There are: ${sessions.slice(0, MOST_SESSIONS).join(", ")}${sessions.length > MOST_SESSIONS ? ", …" : ""}.`,
  );

export const dataNoWindows = (path: string, seconds: number): UserError =>
  new UserError(
    "data/no-windows",
    `No uninterrupted stretch of one label in ${path} is as long as a window of ${seconds} s.`,
    "Shorten `window.seconds` or record longer bouts.",
  );

export const dataTooFewWindows = (
  activity: string,
  found: number,
  expected: number,
  subjects: readonly string[],
): UserError =>
  new UserError(
    "data/too-few-windows",
    `Activity ${activity} has ${found} training ${found === 1 ? "window" : "windows"}` +
      `${subjects.length === 0 ? "" : ` (subject ${subjects.join(", ")})`}, expected at least ${expected}.`,
    "Record more of it, shorten the window, or leave it out of `activities`.",
  );

export const dataClassNotInTraining = (
  activity: string,
  where: string,
  subjects: readonly string[],
): UserError =>
  new UserError(
    "data/class-not-in-training",
    `Activity ${activity} is in ${where} but in no training window; only ${subjects.join(", ")} did it.`,
    "Move a subject who did it to training, or leave it out of `activities`.",
  );

export const dataSubjectInBoth = (subject: string, first: string, second: string): UserError =>
  new UserError(
    "data/subject-in-both",
    `Subject ${subject} is in both split.${first} and split.${second}.`,
    "Keep each person on one side: what the network knows by heart is not a test.",
  );

export const dataUnknownSubject = (subject: string, key: string, known: readonly string[]): UserError =>
  new UserError(
    "data/unknown-subject",
    `split.${key}: there is no subject ${subject} in the recordings.`,
    `Recorded are ${known.join(", ")}.`,
  );

export const dataTooFewSubjects = (found: number, expected: number): UserError =>
  new UserError(
    "data/too-few-subjects",
    `Found ${found} ${found === 1 ? "subject" : "subjects"}, expected at least ${expected} for training, validation and test.`,
    "Record more people, or use `split: {by: time}`.",
  );

export const dataEmptySplit = (part: string, how: string): UserError =>
  new UserError(
    "data/empty-split",
    `Splitting ${how} leaves no ${part} window.`,
    "Give that part a larger share or longer recordings, or name its subjects in `split`.",
  );

export const dataCutoffTooHigh = (index: number, cutoffHz: number, rateHz: number): UserError =>
  new UserError(
    "data/cutoff-too-high",
    `filters[${index}].cutoffHz is ${cutoffHz} Hz, expected below ${rateHz / 2} Hz, half of the sensor's ${rateHz} Hz.`,
    "Lower the cutoff or raise `sensor.rateHz`.",
  );

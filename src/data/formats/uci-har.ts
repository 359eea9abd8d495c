// UCI HAR 2013 (data set 240): windows of 128 samples at 50 Hz with 50 % overlap, total acceleration in g and body
// angular rate in rad/s, {train,test}/Inertial Signals/. Source: README.txt of the publication.
import { dataBadRecord, dataMissingPartner, dataNoRows, dataRowsDisagree } from "../../util/messages.ts";
import { createRecordingBuilder, type Recording, type RecordingBuilder } from "../recording.ts";
import { baseName, type DataSource } from "../source.ts";
import type { UnitFactors } from "../units.ts";
import { readActivityLabels } from "./activity-labels.ts";
import { forEachLine, parseMatrix } from "./lines.ts";
import type { DatasetLoader } from "./loader.ts";

const WINDOW = 128;
const STEP = 64;
const PERIOD_MS = 20;
const SIGNALS = ["total_acc_x", "total_acc_y", "total_acc_z", "body_gyro_x", "body_gyro_y", "body_gyro_z"];
const FILE_NAME = /^(?:(?:total_acc|body_gyro)_[xyz]|y|subject)_(train|test)\.txt$/;

export const uciHarLoader: DatasetLoader = {
  title: "UCI HAR, inertial signals",
  expects: "total_acc_x_train.txt, body_gyro_x_train.txt and so on, y_train.txt, subject_train.txt",
  units: { accel: "g", gyro: "rad/s" },
  selectFiles: (files) => files.filter((file) => FILE_NAME.test(baseName(file))),
  labelNames: readActivityLabels,
  *load({ source, files, factors }) {
    let filesDone = 0;
    for (const half of ["train", "test"]) {
      const own = files.filter((file) => FILE_NAME.exec(baseName(file))?.[1] === half);
      if (own.length === 0) continue;
      filesDone += own.length;
      yield { recordings: joinWindows(readHalf(source, own, half), half, factors), filesDone };
    }
  },
};

interface Half {
  /** One matrix [windows, 128] a channel. */
  readonly signals: readonly Float64Array[];
  readonly activities: readonly string[];
  readonly subjects: readonly string[];
  readonly file: string;
}

function readHalf(source: DataSource, files: readonly string[], half: string): Half {
  const find = (stem: string): string => {
    const name = `${stem}_${half}.txt`;
    const file = files.find((one) => baseName(one) === name);
    if (file === undefined) throw dataMissingPartner(files[0]!, name);
    return file;
  };
  const subjectFile = find("subject");
  const subjects = readIntegers(source, subjectFile);
  if (subjects.length === 0) throw dataNoRows(subjectFile);
  const check = (file: string, rows: number): void => {
    if (rows !== subjects.length) throw dataRowsDisagree(file, rows, subjectFile, subjects.length);
  };
  const activities = readIntegers(source, find("y"));
  check(find("y"), activities.length);
  const signals = SIGNALS.map((signal) => {
    const file = find(signal);
    const values = parseMatrix(source.text(file), file, WINDOW);
    check(file, values.length / WINDOW);
    return values;
  });
  return { signals, activities, subjects, file: find(SIGNALS[0]!) };
}

function readIntegers(source: DataSource, file: string): string[] {
  const values: string[] = [];
  forEachLine(source.text(file), (line, lineNumber) => {
    if (!/^\d+$/.test(line)) throw dataBadRecord(file, lineNumber, line.slice(0, 80), "a whole number");
    values.push(line);
  });
  return values;
}

/**
 * Streams from windows: a window whose first half repeats the second half of the one before, exactly and in all
 * six channels, continues it; any other window begins a new recording.
 */
function joinWindows(half: Half, name: string, factors: UnitFactors): Recording[] {
  const recordings: Recording[] = [];
  let current: RecordingBuilder | null = null;
  half.subjects.forEach((subject, window) => {
    const label = half.activities[window]!;
    const continues =
      current !== null &&
      subject === half.subjects[window - 1] &&
      label === half.activities[window - 1] &&
      half.signals.every((signal) => overlaps(signal, window));
    if (current === null || !continues) {
      if (current !== null) recordings.push(current.finish());
      current = createRecordingBuilder(
        { subject, file: half.file, session: `${name}-${window + 1}`, firstLine: window + 1 },
        factors,
      );
    }
    for (let i = continues ? STEP : 0; i < WINDOW; i++) {
      const at = window * WINDOW + i;
      const [ax, ay, az, gx, gy, gz] = half.signals.map((signal) => signal[at]!);
      current.push(current.length * PERIOD_MS, [ax!, ay!, az!, gx!, gy!, gz!], label);
    }
  });
  const last = current as RecordingBuilder | null;
  if (last !== null) recordings.push(last.finish());
  return recordings;
}

function overlaps(signal: Float64Array, window: number): boolean {
  const start = window * WINDOW;
  for (let i = 0; i < WINDOW - STEP; i++) {
    if (signal[start + i] !== signal[start - WINDOW + STEP + i]) return false;
  }
  return true;
}

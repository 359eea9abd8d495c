// PAMAP2 as UCI publishes it (data set 231): Protocol/subject101.dat, 54 columns at 100 Hz; the hand IMU is used.
// Source: A. Reiss, PAMAP2 readme and "subjectInformation": column 1 seconds, 2 activity, 3 heart rate, 4-20 hand
// (temperature, ±16 g accelerometer, ±6 g accelerometer, gyroscope, magnetometer, orientation); m/s² and rad/s.
import { dataNoRows, dataUnsortedStamps, dataWrongFieldCount } from "../../util/messages.ts";
import { createRecordingBuilder, type Recording, type Sample, UNLABELLED } from "../recording.ts";
import { baseName, folderOf } from "../source.ts";
import type { UnitFactors } from "../units.ts";
import { forEachLine, parseNumber } from "./lines.ts";
import type { DatasetLoader } from "./loader.ts";

const FILE_NAME = /^subject(\d+)\.dat(\.gz)?$/;
const COLUMNS = 54;
/** Counted from 0. The ±6 g accelerometer saturates and is not calibrated as well, says the readme. */
const ACCEL_16G = 4;
const GYRO = 10;
const MS_PER_SECOND = 1000;
/** Activity 0 is whatever lies between two activities: "should be discarded in any kind of analysis". */
const TRANSIENT = "0";

export const pamap2Loader: DatasetLoader = {
  title: "PAMAP2, hand IMU",
  expects: "subject101.dat and so on",
  units: { accel: "m/s^2", gyro: "rad/s" },
  selectFiles: (files) => files.filter((file) => FILE_NAME.test(baseName(file))),
  labelNames: () => ACTIVITIES,
  *load({ source, files, factors }) {
    for (const [index, file] of files.entries()) {
      yield { recordings: [parsePamap2(source.text(file), file, factors)], filesDone: index + 1 };
    }
  },
};

/** One file: one uninterrupted recording. Rows in which the wireless hand IMU was lost (NaN) are left out. */
function parsePamap2(text: string, file: string, factors: UnitFactors): Recording {
  const subject = FILE_NAME.exec(baseName(file))?.[1] ?? baseName(file);
  const session = folderOf(file) === "" ? "recording" : folderOf(file).slice(0, -1);
  const builder = createRecordingBuilder({ subject, file, session, firstLine: 1 }, factors);
  forEachLine(text, (line, lineNumber) => {
    const fields = line.split(/\s+/);
    if (fields.length !== COLUMNS) throw dataWrongFieldCount(file, lineNumber, fields.length, COLUMNS);
    const tMs = parseNumber(fields[0]!, file, lineNumber, "timestamp") * MS_PER_SECOND;
    const columns = [0, 1, 2].map((i) => ACCEL_16G + i).concat([0, 1, 2].map((i) => GYRO + i));
    if (columns.some((column) => fields[column]!.toLowerCase() === "nan")) {
      builder.countLost();
      return;
    }
    if (tMs < builder.lastStampMs) throw dataUnsortedStamps(file, lineNumber, tMs, builder.lastStampMs);
    if (tMs === builder.lastStampMs) {
      builder.countRepeated();
      return;
    }
    const sample = columns.map((column) =>
      parseNumber(fields[column]!, file, lineNumber, `column ${column + 1}`),
    );
    builder.push(tMs, sample as unknown as Sample, fields[1] === TRANSIENT ? UNLABELLED : fields[1]!);
  });
  if (builder.length === 0) throw dataNoRows(file);
  return builder.finish();
}

/** The readme's list. */
const ACTIVITIES: Readonly<Record<string, string>> = {
  1: "lying",
  2: "sitting",
  3: "standing",
  4: "walking",
  5: "running",
  6: "cycling",
  7: "Nordic walking",
  9: "watching TV",
  10: "computer work",
  11: "car driving",
  12: "ascending stairs",
  13: "descending stairs",
  16: "vacuum cleaning",
  17: "ironing",
  18: "folding laundry",
  19: "house cleaning",
  20: "playing soccer",
  24: "rope jumping",
};

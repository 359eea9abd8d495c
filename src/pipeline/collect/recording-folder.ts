// The folder that recordings go to: one file a recording, whole or not there, and none that is there already touched.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { readDatasetCard } from "../../data/dataset-card.ts";
import { openDiskSource } from "../../data/disk-source.ts";
import { hasSubjectName, subjectOfFile } from "../../data/formats/recordings.ts";
import { formatRecordings } from "../../data/recordings-writer.ts";
import { describeUnits, sameUnits } from "../../data/units.ts";
import type { Units } from "../../spec/band.ts";
import { collectOtherUnits } from "../../util/messages.ts";
import { checkWritable, writeWhole } from "../files.ts";
import { type Mounting, recordingsOf } from "./physical.ts";
import type { Take } from "./take.ts";

const UNITS: Units = { accel: "g", gyro: "deg/s" };
const CARD = `name: recordings of one's own
units: {accel: g, gyro: deg/s}
source: bandsmith collect
`;

/** Before anything is recorded. @throws UserError file/unwritable, collect/other-units, data/bad-dataset-yaml */
export function checkRecordingFolder(folder: string): void {
  checkWritable(folder);
  const card = existsSync(folder) ? readDatasetCard(openDiskSource(folder, process.cwd())) : null;
  if (card !== null && !sameUnits(card.units, UNITS))
    throw collectOtherUnits(
      path.join(folder, "dataset.yaml"),
      describeUnits(card.units),
      describeUnits(UNITS),
    );
}

/** @returns the file's path @throws UserError file/unwritable */
export function writeTake(folder: string, subject: string, take: Take, mounting: Mounting): string {
  const card = path.join(folder, "dataset.yaml");
  if (!existsSync(card)) writeWhole(card, CARD);
  const file = path.join(folder, freeName(folder, subject, take.activity));
  // A name that the file name cannot carry is written into every row instead.
  const withSubject = subjectOfFile(path.basename(file)) !== subject;
  writeWhole(file, formatRecordings(recordingsOf(take, subject, mounting), withSubject));
  return file;
}

/** `subject_anna_walking.csv`, then `subject_anna_walking_2.csv`. */
function freeName(folder: string, subject: string, activity: string): string {
  const files = readdirSync(folder).filter((file) => /\.csv(\.gz)?$/i.test(file));
  // A file named by its subject would have others, which are not, taken for tables about the set (docs/data.md).
  const prefix = files.length > 0 && !files.some(hasSubjectName) ? "" : "subject_";
  const stem = `${prefix}${plain(subject)}_${plain(activity)}`;
  const taken = new Set(files.map((file) => file.replace(/\.csv(\.gz)?$/i, "").toLowerCase()));
  let number = 1;
  const name = (): string => (number === 1 ? stem : `${stem}_${number}`);
  while (taken.has(name().toLowerCase())) number++;
  return `${name()}.csv`;
}

function plain(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9.-]+/g, "-");
}

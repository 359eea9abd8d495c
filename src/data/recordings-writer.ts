// Writes recordings in Bandsmith's own format, one gzip'd CSV a subject.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { stringify } from "yaml";
import { CHANNEL_COUNT } from "../signal/preprocessing.ts";
import { RECORDING_COLUMNS, subjectOfFile } from "./formats/recordings.ts";
import { compareNames } from "./labels.ts";
import type { LoadedDataset } from "./load.ts";
import { type Recording, sampleCount } from "./recording.ts";

/** As many digits as a 16-bit sensor has. */
const SIGNIFICANT_DIGITS = 6;
/** Milliseconds to the microsecond: two samples never get one stamp. */
const STAMP_DECIMALS = 3;

/** CSV text of recordings, in g and deg/s. @param withSubject adds the subject as a column */
export function formatRecordings(recordings: readonly Recording[], withSubject = false): string {
  const lines = [[...RECORDING_COLUMNS, ...(withSubject ? ["subject"] : [])].join(",")];
  for (const recording of recordings) {
    const { tMs, values, labelIndex, labelNames } = recording;
    const labels = labelNames.map(csvCell);
    const tail = [recording.session, ...(withSubject ? [recording.subject] : [])].map(csvCell).join(",");
    for (let i = 0; i < sampleCount(recording); i++) {
      const row = [String(Number(tMs[i]!.toFixed(STAMP_DECIMALS)))];
      for (let c = 0; c < CHANNEL_COUNT; c++) {
        row.push(String(Number(values[i * CHANNEL_COUNT + c]!.toPrecision(SIGNIFICANT_DIGITS))));
      }
      row.push(labels[labelIndex[i]!]!, tail);
      lines.push(row.join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Files of a converted data set by name: subject_<id>.csv.gz and dataset.yaml. The same data give the same bytes. */
export function convertDataset(dataset: LoadedDataset): Map<string, Uint8Array> {
  const subjects = new Map<string, Recording[]>();
  for (const recording of uniqueSessions(dataset.recordings)) {
    const own = subjects.get(recording.subject);
    if (own === undefined) subjects.set(recording.subject, [recording]);
    else own.push(recording);
  }
  const files = new Map<string, Uint8Array>();
  for (const subject of [...subjects.keys()].sort(compareNames)) {
    const stem = `subject_${subject.replaceAll(/[^A-Za-z0-9._-]/g, "-")}`;
    const taken = files.has(`${stem}.csv.gz`);
    const file = `${stem}${taken ? `_${files.size + 1}` : ""}.csv.gz`;
    // A name that the file name cannot carry is written into every row instead.
    const csv = formatRecordings(subjects.get(subject)!, subjectOfFile(file) !== subject);
    files.set(file, gzipSync(csv, { level: 9 }));
  }
  const card = {
    ...dataset.card,
    name: dataset.title,
    units: { accel: "g", gyro: "deg/s" },
    labels: dataset.labelNames,
  };
  files.set("dataset.yaml", new TextEncoder().encode(stringify(card)));
  return files;
}

/** Writes each file under a temporary name and renames it, so that none is ever half-written. */
export function writeDataset(files: ReadonlyMap<string, Uint8Array>, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, bytes);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }
}

/** Two neighbouring recordings of one session name (a clock that started again) must stay two sessions. */
function uniqueSessions(recordings: readonly Recording[]): Recording[] {
  const seen = new Map<string, number>();
  return recordings.map((recording) => {
    const key = `${recording.subject}/${recording.session}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? recording : { ...recording, session: `${recording.session}#${count}` };
  });
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

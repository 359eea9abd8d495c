// Bandsmith's own recording format: CSV with one header, one file or several a subject.
import Papa from "papaparse";
import {
  dataMissingColumn,
  dataNoRows,
  dataRepeatedStamps,
  dataUnsortedStamps,
  dataWrongFieldCount,
  dataWrongHeader,
} from "../../util/messages.ts";
import { createRecordingBuilder, type Recording, type RecordingBuilder } from "../recording.ts";
import { baseName } from "../source.ts";
import { parseNumber } from "./lines.ts";
import type { DatasetLoader, LoadContext } from "./loader.ts";

export const RECORDING_COLUMNS = ["t_ms", "ax", "ay", "az", "gx", "gy", "gz", "label", "session"] as const;
type Column = (typeof RECORDING_COLUMNS)[number];

/** Other names under which published copies carry a column. */
const ALIASES: Readonly<Record<string, Column>> = { seg: "session" };
const CSV_NAME = /\.csv(\.gz)?$/i;
/** Takes `subject_01` of `subject_01_morning.csv`, so that two files of one person are one subject. */
const SUBJECT_NAME = /^(?:subject|user)(?:[_-]|(?=\d))([A-Za-z0-9]+)/i;

export const recordingsLoader: DatasetLoader = {
  title: "Bandsmith recordings",
  expects: "files named *.csv or *.csv.gz",
  units: null,
  /** Where some are named subject_* or user_*, the others are tables about the set, not recordings. */
  selectFiles(files) {
    const csv = files.filter((file) => CSV_NAME.test(file) && !file.includes("/"));
    const named = csv.filter(hasSubjectName);
    return named.length > 0 ? named : csv;
  },
  labelNames: () => ({}),
  *load(context) {
    for (const [index, file] of context.files.entries()) {
      yield {
        recordings: parseRecordingFile(context.source.text(file), file, context),
        filesDone: index + 1,
      };
    }
  },
};

/** Whether a file's name says that it is a subject's. */
export function hasSubjectName(file: string): boolean {
  return SUBJECT_NAME.test(file);
}

/** The subject that a file's name tells: `subject_1600.csv.gz` → 1600, `user_07.csv` → 07, else the stem. */
export function subjectOfFile(file: string): string {
  const stem = baseName(file).replace(CSV_NAME, "");
  return SUBJECT_NAME.exec(stem)?.[1] ?? stem;
}

/**
 * One file's recordings: a new one wherever the session or the subject changes.
 * @throws UserError data/wrong-header, data/missing-column, data/no-rows, data/wrong-field-count,
 *   data/not-a-number, data/not-finite, data/unsorted-stamps, data/repeated-stamps
 */
export function parseRecordingFile(
  text: string,
  file: string,
  context: Pick<LoadContext, "factors" | "repeatedStamps">,
): Recording[] {
  const recordings: Recording[] = [];
  const fileSubject = subjectOfFile(file);
  let header: Header | null = null;
  let current: RecordingBuilder | null = null;
  let [currentSession, currentSubject] = ["", ""];
  let line = 0;
  Papa.parse<string[]>(text, {
    delimiter: ",",
    step({ data: row }) {
      line++;
      if (row.length === 1 && row[0]!.trim() === "") return;
      if (header === null) {
        header = parseHeader(row, file);
        return;
      }
      if (row.length !== header.width) throw dataWrongFieldCount(file, line, row.length, header.width);
      const { at } = header;
      const number = (column: Column): number => parseNumber(row[at[column]]!, file, line, column);
      const session = row[at.session]!.trim();
      const subject = header.subjectAt === null ? fileSubject : row[header.subjectAt]!.trim();
      if (current === null || session !== currentSession || subject !== currentSubject) {
        if (current !== null) recordings.push(current.finish());
        current = createRecordingBuilder({ subject, file, session, firstLine: line }, context.factors);
        [currentSession, currentSubject] = [session, subject];
      }
      const tMs = number("t_ms");
      const sample = [
        number("ax"),
        number("ay"),
        number("az"),
        number("gx"),
        number("gy"),
        number("gz"),
      ] as const;
      if (tMs > current.lastStampMs) current.push(tMs, sample, row[at.label]!.trim());
      else if (tMs < current.lastStampMs) throw dataUnsortedStamps(file, line, tMs, current.lastStampMs);
      else if (context.repeatedStamps === "error") throw dataRepeatedStamps(file, line, tMs);
      else current.countRepeated();
    },
  });
  // The assignments happen in the callback, where the compiler does not follow them.
  const last = current as RecordingBuilder | null;
  if (last === null) throw dataNoRows(file);
  recordings.push(last.finish());
  return recordings;
}

interface Header {
  readonly width: number;
  readonly at: Readonly<Record<Column, number>>;
  readonly subjectAt: number | null;
}

function parseHeader(row: readonly string[], file: string): Header {
  const found = row.join(",");
  const names = row.map((cell) => {
    const name = cell.trim();
    return ALIASES[name] ?? name;
  });
  const missing = RECORDING_COLUMNS.filter((column) => !names.includes(column));
  // A row of numbers, another separator or a foreign table has (nearly) none of the names.
  if (missing.length > RECORDING_COLUMNS.length / 2) throw dataWrongHeader(file, found);
  if (missing.length > 0) throw dataMissingColumn(file, missing, found);
  if (new Set(names).size !== names.length) throw dataWrongHeader(file, found);
  const at = Object.fromEntries(RECORDING_COLUMNS.map((column) => [column, names.indexOf(column)]));
  const subjectAt = names.indexOf("subject");
  return {
    width: row.length,
    at: at as Record<Column, number>,
    subjectAt: subjectAt < 0 ? null : subjectAt,
  };
}

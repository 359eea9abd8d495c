// WISDM smartwatch recordings as UCI publishes them (data set 507): raw/watch/{accel,gyro}/data_<id>_..._watch.txt.
// Lines "1600,A,90426708196641,7.091625,-0.5916671,8.195502;", stamps in nanoseconds, m/s² and rad/s.
// Source: G. M. Weiss, WISDM Smartphone and Smartwatch Activity and Biometrics Dataset description, 2019.
import { dataBadRecord, dataMissingPartner } from "../../util/messages.ts";
import { createRecordingBuilder, type Recording, type RecordingBuilder } from "../recording.ts";
import { baseName } from "../source.ts";
import type { UnitFactors } from "../units.ts";
import { forEachLine, parseNumber } from "./lines.ts";
import type { DatasetLoader } from "./loader.ts";

const FILE_NAME = /^data_(\d+)_(accel|gyro)_watch\.txt(\.gz)?$/;
const NANOS_PER_MS = 1e6;

export const wisdmLoader: DatasetLoader = {
  title: "WISDM smartwatch, raw",
  expects: "data_<subject>_accel_watch.txt and data_<subject>_gyro_watch.txt",
  units: { accel: "m/s^2", gyro: "rad/s" },
  selectFiles: (files) => files.filter((file) => FILE_NAME.test(baseName(file))),
  labelNames: () => ACTIVITIES,
  *load({ source, files, factors }) {
    const byName = new Map(files.map((file) => [baseName(file), file]));
    let filesDone = 0;
    for (const accelFile of files) {
      const name = baseName(accelFile);
      if (!name.includes("_accel_")) {
        const accelName = name.replace("_gyro_", "_accel_");
        if (!byName.has(accelName)) throw dataMissingPartner(accelFile, accelName);
        continue;
      }
      const gyroFile = byName.get(name.replace("_accel_", "_gyro_"));
      if (gyroFile === undefined) throw dataMissingPartner(accelFile, name.replace("_accel_", "_gyro_"));
      filesDone += 2;
      const accel = { file: accelFile, text: source.text(accelFile) };
      const gyro = { file: gyroFile, text: source.text(gyroFile) };
      yield { recordings: joinSensors(accel, gyro, factors), filesDone };
    }
  },
};

interface NamedText {
  readonly file: string;
  readonly text: string;
}
interface Row {
  readonly subject: string;
  readonly label: string;
  /** As written: nineteen digits would not survive as a number. */
  readonly stamp: string;
  readonly xyz: readonly [number, number, number];
}

/** Rows of both sensors with the same label and stamp; rows without a partner count as lost. */
function joinSensors(accel: NamedText, gyro: NamedText, factors: UnitFactors): Recording[] {
  const rates = new Map<string, Row["xyz"]>();
  forEachRow(gyro, (row) => rates.set(`${row.label} ${row.stamp}`, row.xyz));
  const recordings: Recording[] = [];
  let current: RecordingBuilder | null = null;
  let label = "";
  let firstStamp = 0n;
  forEachRow(accel, (row, line) => {
    const stamp = BigInt(row.stamp);
    const tMs = Number(stamp - firstStamp) / NANOS_PER_MS;
    // The watch's clock starts again only with a new recording.
    if (current === null || row.label !== label || tMs < current.lastStampMs) {
      if (current !== null) recordings.push(current.finish());
      const repeat = recordings.filter((one) => one.session.startsWith(row.label)).length;
      const session = repeat === 0 ? row.label : `${row.label}#${repeat + 1}`;
      current = createRecordingBuilder(
        { subject: row.subject, file: accel.file, session, firstLine: line },
        factors,
      );
      label = row.label;
      firstStamp = stamp;
    }
    const rate = rates.get(`${row.label} ${row.stamp}`);
    const sinceStart = Number(stamp - firstStamp) / NANOS_PER_MS;
    if (rate === undefined) current.countLost();
    else if (sinceStart === current.lastStampMs) current.countRepeated();
    else current.push(sinceStart, [...row.xyz, ...rate], row.label);
  });
  const last = current as RecordingBuilder | null;
  if (last !== null) recordings.push(last.finish());
  return recordings.filter((recording) => recording.tMs.length > 0);
}

function forEachRow({ file, text }: NamedText, visit: (row: Row, line: number) => void): void {
  forEachLine(text, (line, lineNumber) => {
    const fields = line.replace(/;$/, "").split(",");
    const [subject, label, stamp, x, y, z] = fields.map((field) => field.trim());
    if (fields.length !== 6 || subject === "" || label === "" || !/^\d+$/.test(stamp!)) {
      throw dataBadRecord(file, lineNumber, line.slice(0, 80), "subject,activity,nanoseconds,x,y,z;");
    }
    const xyz = [
      parseNumber(x!, file, lineNumber, "x"),
      parseNumber(y!, file, lineNumber, "y"),
      parseNumber(z!, file, lineNumber, "z"),
    ] as const;
    visit({ subject: subject!, label: label!, stamp: stamp!, xyz }, lineNumber);
  });
}

/** activity_key.txt of the publication; there is no N. */
const ACTIVITIES: Readonly<Record<string, string>> = {
  A: "walking",
  B: "jogging",
  C: "stairs",
  D: "sitting",
  E: "standing",
  F: "typing",
  G: "brushing teeth",
  H: "eating soup",
  I: "eating chips",
  J: "eating pasta",
  K: "drinking from a cup",
  L: "eating a sandwich",
  M: "kicking a ball",
  O: "playing catch",
  P: "dribbling a ball",
  Q: "writing",
  R: "clapping",
  S: "folding clothes",
};

// HAPT (UCI data set 341): RawData/acc_expXX_userYY.txt and gyro_..., 50 Hz, g and rad/s; RawData/labels.txt gives
// experiment, user, activity, first and last sample (counted from 1). Source: README.txt of the publication, v2.1.
import { dataBadRecord, dataMissingPartner, dataNoRows, dataRowsDisagree } from "../../util/messages.ts";
import { createRecordingBuilder, type Recording, UNLABELLED } from "../recording.ts";
import { baseName, type DataSource, folderOf } from "../source.ts";
import type { UnitFactors } from "../units.ts";
import { readActivityLabels } from "./activity-labels.ts";
import { forEachLine, parseMatrix } from "./lines.ts";
import type { DatasetLoader } from "./loader.ts";

const FILE_NAME = /^(acc|gyro)_exp(\d+)_user(\d+)\.txt$/;
const LABELS_FILE = "labels.txt";
const PERIOD_MS = 20;

export const haptLoader: DatasetLoader = {
  title: "HAPT, raw data",
  expects: "RawData/acc_expXX_userYY.txt, gyro_expXX_userYY.txt and labels.txt",
  units: { accel: "g", gyro: "rad/s" },
  selectFiles: (files) => files.filter((file) => FILE_NAME.test(baseName(file)) || isLabels(file)),
  labelNames: readActivityLabels,
  *load({ source, files, factors }) {
    const labelsFile = files.find(isLabels);
    const signals = files.filter((file) => !isLabels(file));
    if (labelsFile === undefined) throw dataMissingPartner(signals[0] ?? source.path, LABELS_FILE);
    const intervals = parseIntervals(source.text(labelsFile), labelsFile);
    let filesDone = 1;
    for (const accelFile of signals) {
      const [, kind, experiment, user] = FILE_NAME.exec(baseName(accelFile))!;
      const partner = `${folderOf(accelFile)}${kind === "acc" ? "gyro" : "acc"}_exp${experiment}_user${user}.txt`;
      if (!files.includes(partner)) throw dataMissingPartner(accelFile, partner);
      if (kind !== "acc") continue;
      const own = intervals.filter(
        (interval) => interval.experiment === Number(experiment) && interval.user === Number(user),
      );
      const identity = { subject: user!, session: experiment!, file: accelFile, firstLine: 1 };
      filesDone += 2;
      yield { recordings: [readExperiment(source, identity, partner, own, labelsFile, factors)], filesDone };
    }
  },
};

function isLabels(file: string): boolean {
  return baseName(file) === LABELS_FILE;
}

interface Interval {
  readonly experiment: number;
  readonly user: number;
  readonly activity: string;
  /** Counted from 1, both included. */
  readonly first: number;
  readonly last: number;
  readonly line: number;
}

function parseIntervals(text: string, file: string): Interval[] {
  const intervals: Interval[] = [];
  forEachLine(text, (row, line) => {
    const [experiment, user, activity, first, last] = row.split(/\s+/).map(Number);
    if (!/^\d+(\s+\d+){4}$/.test(row) || first! < 1 || last! < first!) {
      throw dataBadRecord(file, line, row.slice(0, 80), "experiment user activity first last");
    }
    intervals.push({
      experiment: experiment!,
      user: user!,
      activity: String(activity!),
      first: first!,
      last: last!,
      line,
    });
  });
  return intervals;
}

function readExperiment(
  source: DataSource,
  identity: {
    readonly subject: string;
    readonly session: string;
    readonly file: string;
    readonly firstLine: number;
  },
  gyroFile: string,
  intervals: readonly Interval[],
  labelsFile: string,
  factors: UnitFactors,
): Recording {
  const accel = parseMatrix(source.text(identity.file), identity.file, 3);
  const gyro = parseMatrix(source.text(gyroFile), gyroFile, 3);
  const rows = accel.length / 3;
  if (rows === 0) throw dataNoRows(identity.file);
  if (gyro.length !== accel.length) throw dataRowsDisagree(gyroFile, gyro.length / 3, identity.file, rows);
  const labels = new Array<string>(rows).fill(UNLABELLED);
  for (const { activity, first, last, line } of intervals) {
    if (last > rows)
      throw dataBadRecord(labelsFile, line, String(last), `at most ${rows}, the rows of ${identity.file}`);
    labels.fill(activity, first - 1, last);
  }
  const builder = createRecordingBuilder(identity, factors);
  for (let i = 0; i < rows; i++) {
    const at = 3 * i;
    builder.push(
      i * PERIOD_MS,
      [accel[at]!, accel[at + 1]!, accel[at + 2]!, gyro[at]!, gyro[at + 1]!, gyro[at + 2]!],
      labels[i]!,
    );
  }
  return builder.finish();
}

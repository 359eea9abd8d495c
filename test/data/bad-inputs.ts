// The bad recordings of docs/bad-input.md: files, and what the message about them must say.
import { gzipSync } from "node:zlib";
import { bouts, CARD, type Files, HEADER, people } from "./support.ts";

export interface BadInput {
  readonly what: string;
  readonly code: string;
  /** What the message must say. */
  readonly says: readonly string[];
  readonly files: Files;
  readonly data?: object;
  readonly band?: object;
}

const good = bouts([{ label: "walk", session: "a", seconds: 30 }]);
const goodLines = good.split("\n");
/** A good file whose line `line` (counted from 1) is replaced. */
const withLine = (line: number, text: string): string => goodLines.with(line - 1, text).join("\n");
const one = (content: string | Uint8Array, name = "subject_01.csv"): Files => ({
  ...people(3),
  [name]: content,
});
const inUnits = (factor: number, column = 1): string =>
  goodLines
    .map((line, i) => {
      const cells = line.split(",");
      if (i === 0 || line === "") return line;
      for (let c = column; c < column + 3; c++) cells[c] = String(Number(cells[c]) * factor);
      return cells.join(",");
    })
    .join("\n");
const packed = gzipSync(good);

export const BAD_INPUTS: readonly BadInput[] = [
  {
    what: "a wrong header",
    code: "data/wrong-header",
    says: ["subject_01.csv:1", '"time,x,y,z"', "t_ms,ax,ay,az"],
    files: one("time,x,y,z\n0,1,2,3\n"),
  },
  {
    what: "no header, rows at once",
    code: "data/wrong-header",
    says: ["subject_01.csv:1", "0,0,0,1"],
    files: one("0,0,0,1,0,0,0,walk,a\n"),
  },
  {
    what: "semicolons",
    code: "data/wrong-header",
    says: ["subject_01.csv:1"],
    files: one(good.replaceAll(",", ";")),
  },
  {
    what: "a column twice",
    code: "data/wrong-header",
    says: ["subject_01.csv:1"],
    files: one(`${HEADER},ax\n`),
  },
  {
    what: "a missing column",
    code: "data/missing-column",
    says: ["subject_01.csv:1", "gz", "session"],
    files: one("t_ms,ax,ay,az,gx,gy,label\n"),
  },
  {
    what: "a short row",
    code: "data/wrong-field-count",
    says: ["subject_01.csv:5", "found 3", "expected 9"],
    files: one(withLine(5, "150,0.1,0.2")),
  },
  {
    what: "a word for a number",
    code: "data/not-a-number",
    says: ["subject_01.csv:7", "gy", '"fast"'],
    files: one(withLine(7, "250,0,0,1,0,fast,0,walk,a")),
  },
  {
    what: "an empty cell",
    code: "data/not-a-number",
    says: ["subject_01.csv:7", "az", '""'],
    files: one(withLine(7, "250,0,0, ,0,0,0,walk,a")),
  },
  {
    what: "a decimal comma",
    code: "data/wrong-field-count",
    says: ["subject_01.csv:7"],
    files: one(withLine(7, "250,0,0,1,5,0,0,0,walk,a")),
  },
  {
    what: "a NaN",
    code: "data/not-finite",
    says: ["subject_01.csv:4", "ax", "NaN"],
    files: one(withLine(4, "100,NaN,0,1,0,0,0,walk,a")),
  },
  {
    what: "an infinity",
    code: "data/not-finite",
    says: ["subject_01.csv:4", "gz", "-inf"],
    files: one(withLine(4, "100,0,0,1,0,0,-inf,walk,a")),
  },
  {
    what: "unsorted time stamps",
    code: "data/unsorted-stamps",
    says: ["subject_01.csv:9", "from 300 to 20"],
    files: one(withLine(9, "20,0,0,1,0,0,0,walk,a")),
  },
  {
    what: "a repeated time stamp",
    code: "data/repeated-stamps",
    says: ["subject_01.csv:9", "300"],
    files: one(withLine(9, "300,0,0,1,0,0,0,walk,a")),
  },
  {
    what: "m/s^2 declared as g",
    code: "data/wrong-accel-unit",
    says: ["subject_01.csv:2", "9.8", "expected about 1 g", "would fit m/s^2"],
    files: one(inUnits(9.80665)),
  },
  {
    what: "g declared as m/s^2",
    code: "data/wrong-accel-unit",
    says: ["subject_01.csv:2", "0.102", "would fit g"],
    files: { ...people(3), "dataset.yaml": CARD.replace("accel: g", "accel: m/s^2") },
  },
  {
    what: "acceleration without gravity",
    code: "data/wrong-accel-unit",
    says: ["subject_01.csv:2", "expected about 1 g"],
    files: one(inUnits(0.02)),
  },
  {
    what: "deg/s declared as rad/s",
    code: "data/wrong-gyro-unit",
    says: ["subject_01.csv:2", "rad/s"],
    files: { ...one(inUnits(200, 4)), "dataset.yaml": CARD.replace("deg/s", "rad/s") },
  },
  {
    what: "no units",
    code: "data/units-missing",
    says: ["units"],
    files: { "subject_01.csv": good },
  },
  {
    what: "units said twice, differently",
    code: "data/units-conflict",
    says: ["m/s^2 and rad/s", "g and deg/s"],
    files: people(3),
    data: { units: { accel: "m/s^2", gyro: "rad/s" } },
  },
  {
    what: "a bad key in dataset.yaml",
    code: "data/bad-dataset-yaml",
    says: ["dataset.yaml:3", "units.gyro"],
    files: { ...people(3), "dataset.yaml": "name: x\nunits:\n  gyro: rpm\n  accel: g\n" },
  },
  {
    what: "dataset.yaml that is not YAML",
    code: "data/bad-dataset-yaml",
    says: ["dataset.yaml:3"],
    files: { ...people(3), "dataset.yaml": "name: x\nunits: {accel: g\n" },
  },
  {
    what: "an unknown label",
    code: "data/unknown-label",
    says: ["activities.run", '"running"'],
    files: people(3),
    band: { activities: { walk: "walk", run: "running" } },
  },
  {
    what: "a label in two activities",
    code: "data/label-twice",
    says: ["walk", "activities.move"],
    files: people(3),
    band: { activities: { walk: "walk", move: ["walk", "sit"] } },
  },
  {
    what: "one label only",
    code: "data/too-few-labels",
    says: ["walk"],
    files: people(3, ["walk"]),
  },
  {
    what: "sessions that nobody recorded",
    code: "data/no-session",
    says: ["R-*"],
    files: people(3),
    data: { sessions: "R-*" },
  },
  {
    what: "a class with too few windows",
    code: "data/too-few-windows",
    says: ["rare", "expected at least 10"],
    files: {
      ...people(3),
      "subject_03.csv": bouts([
        { label: "walk", session: "a", seconds: 30 },
        { label: "rare", session: "b", seconds: 6 },
      ]),
    },
    band: { split: { by: "subject", test: ["01"], validation: ["02"] } },
  },
  {
    what: "a class that no training subject did",
    code: "data/class-not-in-training",
    says: ["rare", "03"],
    files: {
      ...people(3),
      "subject_03.csv": bouts([
        { label: "walk", session: "a", seconds: 30 },
        { label: "rare", session: "b", seconds: 60 },
      ]),
    },
    band: { split: { by: "subject", test: ["03"], validation: ["02"] } },
  },
  {
    what: "bouts shorter than a window",
    code: "data/no-windows",
    says: ["window of 3 s"],
    files: people(3, ["walk", "sit"], 2),
  },
  {
    what: "a subject in test and validation",
    code: "data/subject-in-both",
    says: ["02", "split.test", "split.validation"],
    files: people(4),
    band: { split: { by: "subject", test: ["01", "02"], validation: ["02"] } },
  },
  {
    what: "a subject in train and test",
    code: "data/subject-in-both",
    says: ["03", "split.train", "split.test"],
    files: people(4),
    band: { split: { by: "list", train: [1, 2, 3], test: [3, 4] } },
  },
  {
    what: "an unknown subject",
    code: "data/unknown-subject",
    says: ["split.test", "17"],
    files: people(3),
    band: { split: { by: "subject", test: [17] } },
  },
  {
    what: "too few subjects",
    code: "data/too-few-subjects",
    says: ["2 subjects", "at least 3"],
    files: people(2),
  },
  {
    what: "a cutoff above half the rate",
    code: "data/cutoff-too-high",
    says: ["filters[0].cutoffHz", "12", "10 Hz"],
    files: people(3),
    band: { filters: [{ kind: "lowpass", cutoffHz: 12 }] },
  },
  { what: "an empty file", code: "data/empty-file", says: ["subject_01.csv"], files: one("") },
  { what: "blank lines only", code: "data/empty-file", says: ["subject_01.csv"], files: one("\n\n  \n") },
  { what: "a header only", code: "data/no-rows", says: ["subject_01.csv:1"], files: one(`${HEADER}\n`) },
  {
    what: "a truncated gzip",
    code: "data/truncated-gzip",
    says: ["subject_09.csv.gz"],
    files: one(packed.subarray(0, packed.length / 2), "subject_09.csv.gz"),
  },
  {
    what: "a gzip that is none",
    code: "data/bad-gzip",
    says: ["subject_09.csv.gz"],
    files: one(good, "subject_09.csv.gz"),
  },
  {
    what: "a damaged gzip",
    code: "data/bad-gzip",
    says: ["subject_09.csv.gz"],
    files: one(packed.with(packed.length - 6, packed.at(-6)! ^ 255), "subject_09.csv.gz"),
  },
  {
    what: "an empty gzip",
    code: "data/empty-file",
    says: ["subject_09.csv.gz"],
    files: one(gzipSync(""), "subject_09.csv.gz"),
  },
  {
    what: "binary data",
    code: "data/not-text",
    says: ["subject_01.csv:3"],
    files: one(Buffer.concat([Buffer.from(`${HEADER}\n\n`), Buffer.from([0, 1, 2])])),
  },
  {
    what: "another encoding",
    code: "data/not-text",
    says: ["subject_01.csv:2"],
    files: one(Buffer.from(`${HEADER}\n0,0,0,1,0,0,0,gehäuft,a\n`, "latin1")),
  },
  {
    what: "a folder without recordings",
    code: "data/no-files",
    says: ["*.csv"],
    files: { "readme.txt": "x" },
  },
  {
    what: "a folder that is not there",
    code: "file/not-found",
    says: ["nowhere"],
    files: {},
    data: { path: "nowhere" },
  },
];

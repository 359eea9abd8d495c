// The recording format: reading, its aliases and subjects, and writing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseRecordingFile, recordingsLoader, subjectOfFile } from "../../src/data/formats/recordings.ts";
import { loadDataset, loadFromSource } from "../../src/data/load.ts";
import { convertDataset, formatRecordings, writeDataset } from "../../src/data/recordings-writer.ts";
import { band, bouts, CARD, HEADER, memorySource, people, temporaryFolder } from "./support.ts";

const context = { factors: { accel: 1, gyro: 1 }, repeatedStamps: "error" } as const;

describe("parseRecordingFile", () => {
  it("reads the documented header and converts the units", () => {
    const text = `${HEADER}\n0,9.80665,0,0,1,0,0,walk,s1\n50,0,9.80665,0,0,1,0,sit,s1\n`;
    const factors = { accel: 1 / 9.80665, gyro: 180 / Math.PI };
    const [one] = parseRecordingFile(text, "subject_07.csv", { ...context, factors });
    expect(one).toMatchObject({ subject: "07", session: "s1", firstLine: 2, labelNames: ["walk", "sit"] });
    expect([...one!.tMs]).toEqual([0, 50]);
    expect([...one!.labelIndex]).toEqual([0, 1]);
    expect(one!.values[0]).toBeCloseTo(1, 6);
    expect(one!.values[3]).toBeCloseTo(57.29578, 4);
  });

  it.each([
    ["spaces after commas", "t_ms, ax, ay, az, gx, gy, gz, label, session", "0, 1, 2, 3, 4, 5, 6, walk, s"],
    ["seg as session", "t_ms,ax,ay,az,gx,gy,gz,label,seg", "0,1,2,3,4,5,6,walk,s"],
    ["another order and a column more", "session,label,hr,t_ms,gx,gy,gz,ax,ay,az", "s,walk,70,0,4,5,6,1,2,3"],
    ["a byte order mark's text and CRLF", `${HEADER}\r`, "0,1,2,3,4,5,6,walk,s\r"],
    ["quoted labels", HEADER, '0,1,2,3,4,5,6,"walk",s'],
  ])("accepts %s", (_, header, row) => {
    const [one] = parseRecordingFile(`${header}\n${row}\n`, "a.csv", context);
    expect([...one!.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(one).toMatchObject({ subject: "a", session: "s", labelNames: ["walk"] });
  });

  it("begins a recording at each session and at each subject of a subject column", () => {
    const rows = ["0,s1,ann", "50,s1,ann", "0,s2,ann", "0,s2,bob"].map((row) => {
      const [t, session, subject] = row.split(",");
      return `${t},0,0,1,0,0,0,walk,${session},${subject}`;
    });
    const found = parseRecordingFile(`${HEADER},subject\n${rows.join("\n")}`, "all.csv", context);
    expect(found.map((one) => [one.subject, one.session, one.tMs.length, one.firstLine])).toEqual([
      ["ann", "s1", 2, 2],
      ["ann", "s2", 1, 4],
      ["bob", "s2", 1, 5],
    ]);
  });

  it("drops repeated stamps when told so, and counts them", () => {
    const text = `${HEADER}\n0,0,0,1,0,0,0,w,s\n10,0,0,1,0,0,0,w,s\n10,5,5,5,0,0,0,w,s\n20,0,0,1,0,0,0,w,s\n`;
    const [one] = parseRecordingFile(text, "a.csv", { ...context, repeatedStamps: "drop" });
    expect([...one!.tMs]).toEqual([0, 10, 20]);
    expect(one!.repeatedRows).toBe(1);
  });
});

describe("files of a folder", () => {
  it("takes the subject from the file's name", () => {
    const names = [
      "subject_1600.csv.gz",
      "user_07.csv",
      "subject_01_evening.csv",
      "subject12.csv",
      "anna.csv.gz",
    ];
    expect(names.map(subjectOfFile)).toEqual(["1600", "07", "01", "12", "anna"]);
  });

  it("leaves tables about the set alone when recordings are named subject_* or user_*", () => {
    const files = ["executions_info.csv", "subject_s01.csv.gz", "subjects_info.csv", "notes.txt"];
    expect(recordingsLoader.selectFiles(files)).toEqual(["subject_s01.csv.gz"]);
    expect(recordingsLoader.selectFiles(["anna.csv", "bob.csv.gz", "x/c.csv"])).toEqual([
      "anna.csv",
      "bob.csv.gz",
    ]);
  });

  it("reads .csv and .csv.gz alike, tells its progress, and lists what it did not read", async () => {
    const csv = bouts([{ label: "walk", session: "a", seconds: 5 }]);
    const files = {
      "dataset.yaml": CARD,
      "subject_1.csv": csv,
      "subject_2.csv.gz": gzipSync(csv),
      "info.csv": "x",
    };
    const steps: number[] = [];
    const dataset = await loadFromSource(memorySource(files), band().data, ({ done }) => steps.push(done));
    expect(dataset.recordings.map((one) => one.subject)).toEqual(["1", "2"]);
    expect(dataset.recordings[1]!.values).toEqual(dataset.recordings[0]!.values);
    expect(dataset.ignoredFiles).toEqual(["info.csv"]);
    expect(steps).toEqual([0, 1, 2]);
  });

  it("treats dataset.yaml's unlabelled codes as no label", async () => {
    const csv = bouts([
      { label: "0", session: "a", seconds: 1 },
      { label: "1", session: "a", seconds: 1 },
    ]);
    const files = { "dataset.yaml": `${CARD}unlabelled: [0]\nlabels: {1: walk}\n`, "a.csv": csv };
    const dataset = await loadFromSource(memorySource(files), band().data);
    expect(dataset.recordings[0]!.labelNames).toEqual(["", "1"]);
    expect(dataset.labelNames).toEqual({ "1": "walk" });
  });

  it("takes the sessions that are asked for", async () => {
    const source = memorySource(people(3));
    const sessionsOf = async (sessions?: string): Promise<string[]> => {
      const { recordings } = await loadFromSource(source, band({ data: { path: ".", sessions } }).data);
      return [...new Set(recordings.map(({ session }) => session))];
    };
    expect(await sessionsOf()).toEqual(["walk-1", "sit-1"]);
    expect(await sessionsOf("w*")).toEqual(["walk-1"]);
    expect(await sessionsOf("*-1")).toEqual(["walk-1", "sit-1"]);
    await expect(sessionsOf("w.*")).rejects.toMatchObject({ code: "data/no-session" });
  });

  it("reads one file, with dataset.yaml beside it", async () => {
    const folder = temporaryFolder(people(2));
    const dataset = await loadDataset(band({ data: "subject_02.csv" }).data, folder);
    expect(new Set(dataset.recordings.map((one) => one.subject))).toEqual(new Set(["02"]));
  });
});

describe("writing", () => {
  it("writes what it reads", () => {
    const text = bouts([
      { label: "walk", session: "a", seconds: 2 },
      { label: 'say "hi", twice', session: "b", seconds: 1 },
    ]).replaceAll('say "hi", twice', '"say ""hi"", twice"');
    const read = parseRecordingFile(text, "subject_1.csv", context);
    expect(parseRecordingFile(formatRecordings(read), "subject_1.csv", context)).toEqual(read);
  });

  it("converts a data set to files that load as the same data, byte for byte the same each time", async () => {
    const files = people(2);
    const awkward = { ...files, "Zoë von A.csv": files["subject_01.csv"]! };
    const folder = temporaryFolder({
      ...Object.fromEntries(Object.entries(awkward).map(([k, v]) => [k.replace("subject_", "p"), v])),
    });
    const dataset = await loadDataset(band().data, folder);
    const converted = convertDataset(dataset);
    expect(convertDataset(dataset)).toEqual(converted);
    const out = join(temporaryFolder(), "new", "folder");
    writeDataset(converted, out);
    expect(readdirSync(out).sort()).toEqual([...converted.keys()].sort());
    expect(readFileSync(join(out, "dataset.yaml"), "utf8")).toContain("accel: g");
    const again = await loadDataset(band().data, out);
    const key = (one: { subject: string; session: string }): string => `${one.subject}/${one.session}`;
    expect(again.recordings.map(key).sort()).toEqual(dataset.recordings.map(key).sort());
    const [first] = dataset.recordings;
    const same = again.recordings.find((one) => key(one) === key(first!));
    expect(same!.values).toEqual(first!.values);
  });
});

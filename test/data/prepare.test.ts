// The data stage as a whole, on small sets made here and on the shipped SPAR recordings.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeDataset } from "../../src/data/describe.ts";
import { fingerprintData } from "../../src/data/fingerprint.ts";
import { loadDataset } from "../../src/data/load.ts";
import { type PrepareProgress, prepareData } from "../../src/data/prepare.ts";
import { type WindowSet, windowCount } from "../../src/data/window-set.ts";
import { sha256 } from "../../src/util/hash.ts";
import { band, bouts, CARD, type Files, people, temporaryFolder } from "./support.ts";

const SPAR = "datasets/spar";
const REPOSITORY = new URL("../..", import.meta.url).pathname;
const digest = ({ streams, streamOf, startOf }: WindowSet): string =>
  sha256(
    ...streams.map(({ samples }) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)),
    new Uint8Array(streamOf.buffer),
    new Uint8Array(startOf.buffer),
  );

describe("prepareData", () => {
  it("gives the same windows for the same seed, and other people for another", async () => {
    const folder = temporaryFolder(people(6));
    const [a, b] = [await prepareData(band(), folder), await prepareData(band(), folder)];
    expect(digest(a.split.train)).toBe(digest(b.split.train));
    expect({ ...a, split: null }).toEqual({ ...b, split: null });
    const tests = await Promise.all([2, 3, 4, 5].map((seed) => prepareData(band({ seed }), folder)));
    expect(new Set(tests.map((one) => one.split.subjects.test.join())).size).toBeGreaterThan(1);
  });

  it("fits the normalisation without the people held out", async () => {
    const folder = temporaryFolder(people(4));
    const split = { by: "subject", test: ["01"], validation: ["02"] };
    const before = await prepareData(band({ split }), folder);
    const heldOut = readFileSync(join(folder, "subject_01.csv"), "utf8");
    writeFileSync(join(folder, "subject_01.csv"), heldOut.replaceAll(",0.999,", ",1.09,"));
    const after = await prepareData(band({ split }), folder);
    expect(after.normalization).toEqual(before.normalization);
    expect(digest(after.split.test)).not.toBe(digest(before.split.test));
  });

  it("balances the training windows alone", async () => {
    const csv = bouts([
      { label: "walk", session: "a", seconds: 60 },
      { label: "sit", session: "b", seconds: 20 },
    ]);
    const subjects = [1, 2, 3, 4].map((id) => [`subject_${id}.csv`, csv]);
    const files = { "dataset.yaml": CARD, ...Object.fromEntries(subjects) } as Files;
    const folder = temporaryFolder(files);
    const prepared = await prepareData(band({ balance: "smote" }), folder);
    const { train, test } = prepared.info.windowsPerClass;
    expect(train[0]).toBeLessThan(train[1]!);
    expect(prepared.info.trainAfterBalance).toBe(2 * train[1]!);
    expect(prepared.classWeights).toEqual([1, 1]);
    expect(windowCount(prepared.split.test)).toBe(test[0]! + test[1]!);
  });

  it("merges and renames labels in the order of `activities`, by code or readable name", async () => {
    const files = {
      ...people(3, ["1", "2", "3", "4"]),
      "dataset.yaml": `${CARD}labels: {1: up, 2: down, 3: sit}\n`,
    };
    const activities = { stairs: ["up", "2"], rest: "sit" };
    const { labels, info } = await prepareData(band({ activities }), temporaryFolder(files));
    expect(labels).toEqual(["stairs", "rest"]);
    expect(info.windows.all).toBe(3 * 3 * 19);
    const everything = await prepareData(band(), temporaryFolder(files));
    expect(everything.labels).toEqual(["up", "down", "sit", "4"]);
  });

  it("tells its progress", async () => {
    const seen: PrepareProgress[] = [];
    await prepareData(band(), temporaryFolder(people(3)), { onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toEqual({ stage: "load", done: 0, total: 3 });
    expect(seen).toContainEqual({ stage: "load", done: 3, total: 3 });
    expect(seen.at(-1)).toEqual({ stage: "streams", done: 6, total: 6 });
  });

  it("says what it did in notes", async () => {
    const list = [
      { label: "walk", session: "a", seconds: 60 },
      { label: "sit", session: "a", seconds: 60 },
      { label: "odd", session: "a", seconds: 1 },
    ];
    const csv = bouts(list, 100);
    const files = { "dataset.yaml": CARD, "subject_1.csv": csv, "subject_2.csv": csv, "subject_3.csv": csv };
    const folder = temporaryFolder({ ...files, "list.csv": "x" });
    const spec = band({ split: { by: "random-window", leaking: true }, activities: ["walk", "sit"] });
    const { info } = await prepareData(spec, folder);
    expect(info.sourceRateHz).toBeCloseTo(100, 6);
    expect(info.antialiasHz).toBe(8);
    expect(info.notes.join("\n")).toMatch(/100 Hz: low-passed at 8 Hz[^]*list\.csv[^]*split leaks/);
    // gy and gz of these recordings are constant.
    expect(info.silentChannels).toEqual([1, 2, 4, 5]);
  });
});

describe("fingerprintData", () => {
  it("changes with the bytes and with what matters of band.yaml, and with nothing else", () => {
    const folder = temporaryFolder(people(3));
    const base = fingerprintData(band(), folder);
    expect(fingerprintData(band({ data: folder }), "/")).toBe(base);
    expect(fingerprintData(band({ train: { epochs: 3 }, model: "other", out: "x" }), folder)).toBe(base);
    const others = [
      band({ seed: 2 }),
      band({ window: { seconds: 2 } }),
      band({ sensor: { accelRangeG: 4 } }),
      band({ filters: [{ kind: "remove-gravity" }] }),
      band({ activities: ["walk", "sit"] }),
      band({ activities: ["sit", "walk"] }),
      band({ balance: "smote" }),
      band({ split: { by: "time" } }),
      band({ data: { path: ".", repeatedStamps: "drop" } }),
    ].map((spec) => fingerprintData(spec, folder));
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
    writeFileSync(join(folder, "notes.txt"), "not a recording");
    expect(fingerprintData(band(), folder)).toBe(base);
    appendFileSync(join(folder, "dataset.yaml"), "licence: none\n");
    const card = fingerprintData(band(), folder);
    expect(card).not.toBe(base);
    appendFileSync(join(folder, "subject_02.csv"), "\n");
    expect(fingerprintData(band(), folder)).not.toBe(card);
  });
});

describe("the shipped SPAR recordings", () => {
  it("load, rest at 1 g and give 3,047 windows of seven exercises", async () => {
    const spec = band({ data: SPAR });
    const dataset = await loadDataset(spec.data, REPOSITORY);
    const summary = describeDataset(dataset, spec);
    expect(summary).toMatchObject({ files: 10, recordings: 140, rows: 244102, gaps: 0, repeatedRows: 0 });
    expect(summary.rateHz).toBeCloseTo(50, 9);
    expect(summary.restingG).toBeGreaterThan(0.97);
    expect(summary.restingG).toBeLessThan(1.07);
    expect(summary.labels.map((one) => one.name)).toContain("upright row");
    const prepared = await prepareData(spec, REPOSITORY);
    expect(prepared.info.windows.all).toBe(3047);
    expect(summary.labels.reduce((sum, one) => sum + one.windows, 0)).toBe(3047);
    expect(prepared.labels).toHaveLength(7);
    expect(prepared.split.subjects.test).toHaveLength(2);
  });

  it("are refused under the wrong unit, file by file", async () => {
    const units = { accel: "m/s^2", gyro: "rad/s" };
    const files = Object.fromEntries(
      ["subject_03.csv.gz"].map((name) => [name, readFileSync(join(REPOSITORY, SPAR, name))]),
    );
    const spec = band({ data: { path: ".", units } });
    await expect(loadDataset(spec.data, temporaryFolder(files))).rejects.toMatchObject({
      code: "data/wrong-accel-unit",
    });
  });
});

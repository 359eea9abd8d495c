// A wearer whose band says "rest" where everybody else's says "shake": learnt, judged, signed, and the file is a model.
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { splitHead } from "../../src/personalize/head.ts";
import { decodeHeadFile } from "../../src/personalize/head-file.ts";
import { FACTOR_BITS, metricWithin } from "../../src/personalize/metric.ts";
import { encodeMetric } from "../../src/personalize/metric-file.ts";
import { buildBand } from "../../src/pipeline/build.ts";
import { readHeadFor } from "../../src/pipeline/head-file-checks.ts";
import { makeKeys } from "../../src/pipeline/head-keys.ts";
import { readHeadMetric } from "../../src/pipeline/head-metric.ts";
import { type PersonalizeOptions, personalize } from "../../src/pipeline/personalize/personalize.ts";
import { readTwinProject } from "../../src/pipeline/twin/project.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { TINY_BAND, temporaryTinyBand } from "./support.ts";

/** Without rotations: against recordings as still as these, they are all that a network sees. */
const BAND = `${TINY_BAND.replace("epochs: 2", "epochs: 8, learningRate: 0.01, augment: { rotationDegrees: 0 }")}update: { publicKey: head-public.pem }\n`;

const silent = (): void => undefined;
const start = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = temporaryTinyBand(BAND);
  process.chdir(folder);
  makeKeys(".");
  await buildBand({ bandFile: "band.yaml", seed: undefined, fresh: false, force: false, onEvent: silent });
});

afterAll(() => {
  process.chdir(start);
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Recordings of person 1, who trained, under other names for what they did.
 * @param isEarly rows that come before all others, as sessions of their own
 */
function wearer(
  name: string,
  rename: (label: string, row: number) => string,
  isEarly: (row: number) => boolean = () => false,
): string {
  mkdirSync(name, { recursive: true });
  cpSync("recordings/dataset.yaml", path.join(name, "dataset.yaml"));
  const [head, ...rows] = readFileSync("recordings/subject_1.csv", "utf8").trim().split("\n");
  const renamed = rows.map((row, i) => {
    const cells = row.split(",");
    cells[7] = rename(cells[7]!, i);
    cells[8] = `${cells[8]!}${isEarly(i) ? " early" : ""}`;
    return cells.join(",");
  });
  const ordered = [...renamed.filter((_, i) => isEarly(i)), ...renamed.filter((_, i) => !isEarly(i))];
  writeFileSync(path.join(name, `subject_${name}.csv`), `${[head, ...ordered].join("\n")}\n`);
  return name;
}

function run(recordings: string, changes: Partial<PersonalizeOptions> = {}): ReturnType<typeof personalize> {
  return personalize({
    project: "band.yaml",
    recordings: {
      path: recordings,
      format: "recordings",
      accel: undefined,
      gyro: undefined,
      repeatedStamps: "error",
    },
    subject: null,
    windows: 8,
    add: [],
    drop: [],
    wrist: null,
    keyFile: null,
    sequence: 7,
    name: null,
    output: "personal",
    force: false,
    onEvent: silent,
    ...changes,
  });
}

const swapped = (label: string): string => (label === "rest" ? "shake" : "rest");

describe("personalize", () => {
  it("learns a wearer, and says before and after on windows held back", async () => {
    const { outcome, files } = await run(wearer("anna", swapped));
    expect(outcome.before!.accuracy).toBeLessThan(0.5);
    expect(outcome.after!.accuracy).toBe(1);
    expect(outcome.activities.map(({ activity, fitted, isNew }) => [activity, fitted, isNew])).toEqual([
      ["rest", 8, false],
      ["shake", 8, false],
    ]);
    for (const { heldBack, after } of outcome.activities) {
      expect(heldBack).toBeGreaterThan(3);
      expect(after).toBe(heldBack);
    }
    expect(outcome.verified.different).toBe(0);
    expect(files).toContain(path.join("personal", "anna.head"));

    const { manifest } = readTwinProject("band.yaml");
    const head = readHeadFor(path.join("personal", "anna.head"), manifest);
    expect([head.sequence, head.head.labels, head.orientation]).toEqual([7, ["rest", "shake"], 0]);
    const own = readTflite(readFileSync(path.join("personal", "anna.tflite")), "anna.tflite");
    expect(own.metadata!.preprocessing.labels).toEqual(["rest", "shake"]);
    expect(outcome.tflite.bytes).toBe(readFileSync(path.join("personal", "anna.tflite")).length);
  });

  it("fits by the metric of those who trained, which the build puts into the project", async () => {
    const recordings = wearer("mona", swapped);
    const { folder, graph, modelHash } = readTwinProject("band.yaml");
    const { head: general } = splitHead(graph);
    const { factor } = readHeadMetric(folder, general.features, modelHash);
    const one = 2 ** FACTOR_BITS;
    expect(factor.some((value) => value !== 0 && value !== one)).toBe(true);

    const weights = (): Int8Array => decodeHeadFile(readFileSync("personal/mona.head"), "mona").head.weights;
    await run(recordings);
    const byMetric = weights();
    cpSync(folder, "other", { recursive: true });
    const none = metricWithin(new Int8Array(0), [], general.features);
    writeFileSync("other/head-metric.bin", encodeMetric(none, modelHash));
    await run(recordings, { project: "other", keyFile: "head-private.pem" });
    expect(weights()).not.toEqual(byMetric);
  });

  it("gives the same bytes again", async () => {
    const recordings = wearer("bert", swapped);
    const read = (): Buffer[] =>
      ["head", "tflite", "json"].map((end) => readFileSync(`personal/bert.${end}`));
    await run(recordings);
    const first = read();
    await run(recordings);
    expect(read()).toEqual(first);
  });

  it("takes an activity that the network never had, if it is named, and leaves one out", async () => {
    const recordings = wearer("carl", (label, row) => (row % 800 < 400 ? label : `${label} slowly`));
    const plain = await run(recordings);
    expect(plain.outcome.ignored).toEqual(["rest slowly", "shake slowly"]);
    const { outcome } = await run(recordings, {
      add: ["shake slowly", "rest slowly"],
      drop: ["rest"],
      windows: 5,
      force: true,
    });
    expect(outcome.activities.map(({ activity, isNew }) => [activity, isNew])).toEqual([
      ["shake", false],
      ["shake slowly", true],
      ["rest slowly", true],
    ]);
    expect(outcome.left).toEqual(["rest"]);
    // What the general head does not have, it is never right about.
    expect(outcome.activities.map(({ before }) => before).slice(1)).toEqual([0, 0]);
  });

  it("refuses what is worse, and writes nothing", async () => {
    // The windows that it is fitted on are named the wrong way round, those that judge it the right way.
    const isEarly = (row: number): boolean => row % 800 < 340;
    const recordings = wearer("dora", (label, row) => (isEarly(row) ? swapped(label) : label), isEarly);
    await expect(run(recordings)).rejects.toMatchObject({ code: "personalize/worse" });
    expect(() => readFileSync("personal/dora.tflite")).toThrow();
    const { outcome } = await run(recordings, { force: true });
    expect(outcome.after!.accuracy).toBeLessThan(outcome.before!.accuracy);
  });

  it("refuses what nothing judges", async () => {
    const recordings = wearer("emil", (label) => label);
    await expect(run(recordings, { windows: 60 })).rejects.toMatchObject({
      code: "personalize/nothing-held-back",
    });
  });

  it("signs nothing where the firmware takes nothing, and is refused without the key where it does", async () => {
    const recordings = wearer("fred", swapped);
    await expect(run(recordings, { keyFile: "no.pem" })).rejects.toMatchObject({ code: "file/not-found" });
    makeKeys("others");
    await expect(run(recordings, { keyFile: "others/head-private.pem" })).rejects.toMatchObject({
      code: "personalize/other-key",
    });
    expect(() => readFileSync("personal/fred.head")).toThrow();
  });

  it("takes a way of wearing, and the head file says it", async () => {
    const { outcome } = await run(wearer("gina", swapped), { wrist: "other-turned", force: true });
    expect(outcome.wrist).toEqual({ told: null, used: "other-turned" });
    const file = decodeHeadFile(new Uint8Array(readFileSync("personal/gina.head")), "gina.head");
    expect(file.orientation).toBe(3);
  });

  it("says who is meant where several recorded", async () => {
    await expect(run("recordings")).rejects.toMatchObject({ code: "personalize/several-people" });
    await expect(run("recordings", { subject: "9" })).rejects.toMatchObject({
      code: "personalize/unknown-person",
    });
    const { outcome } = await run("recordings", { subject: "2", force: true });
    expect(outcome.person).toBe("2");
  });

  it("says what the network knows where it knows nothing of the recordings", async () => {
    const recordings = wearer("hans", () => "hum");
    await expect(run(recordings)).rejects.toMatchObject({ code: "personalize/unknown-activities" });
    await expect(run(recordings, { add: ["sing"] })).rejects.toMatchObject({
      code: "personalize/unknown-added",
    });
    await expect(run(recordings, { add: ["hum"], drop: ["sing"] })).rejects.toMatchObject({
      code: "personalize/unknown-dropped",
    });
    await expect(run(recordings, { add: ["hum"] })).rejects.toMatchObject({ code: "head/wrong-classes" });
    appendFileSync(path.join(recordings, "dataset.yaml"), "labels: {hum: rest}\n");
    await expect(run(recordings)).rejects.toMatchObject({ code: "head/wrong-classes" });
  });
});

// The published sets that lie beside a checkout (../shared/datasets), where they do: window counts and units.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeDataset } from "../../src/data/describe.ts";
import { loadDataset } from "../../src/data/load.ts";
import { prepareData } from "../../src/data/prepare.ts";
import { band } from "./support.ts";

const REPOSITORY = new URL("../..", import.meta.url).pathname;
const SHARED = "../shared/datasets";
const there = existsSync(new URL(`../../${SHARED}`, import.meta.url));
const titled = (title: string): string =>
  there ? title : `${title} (skipped: there is no ${SHARED} beside this checkout)`;

const HAPT_TEST = [2, 4, 9, 10, 12, 13, 18, 20, 24];
const HAPT_TRAIN = Array.from({ length: 30 }, (_, i) => i + 1).filter((user) => !HAPT_TEST.includes(user));
const IN_SI = { accel: "m/s^2", gyro: "rad/s" } as const;

describe.skipIf(!there)(titled("shared data sets"), () => {
  it("HAPT at 50 Hz, 128 samples, step 64 has the official 7,767 + 3,162 windows, class by class", async () => {
    const spec = band({
      data: { path: `${SHARED}/hapt-waist`, units: { accel: "g", gyro: "rad/s" } },
      sensor: { rateHz: 50 },
      window: { seconds: 2.56 },
      activities: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`a${i + 1}`, i + 1])),
      split: { by: "list", train: HAPT_TRAIN, test: HAPT_TEST },
    });
    const { info } = await prepareData(spec, REPOSITORY);
    const { train, validation, test } = info.windowsPerClass;
    expect(info.windows.train + info.windows.validation).toBe(7767);
    expect(info.windows.test).toBe(3162);
    expect(train.map((count, label) => count + validation[label]!)).toEqual([
      1226, 1073, 987, 1293, 1423, 1413, 47, 23, 75, 60, 90, 57,
    ]);
    expect(test).toEqual([496, 471, 420, 508, 556, 545, 23, 10, 32, 25, 49, 27]);
    expect(info.antialiasHz).toBeNull();
  });

  it("one WISDM subject with bursts of 100 Hz has the windows of its three minutes, not of its rows", async () => {
    const data = { path: `${SHARED}/wisdm-watch/subject_1628.csv.gz`, units: IN_SI };
    const spec = band({ data });
    const dataset = await loadDataset(spec.data, REPOSITORY);
    const summary = describeDataset(dataset, spec);
    const bursts = summary.labels.find((one) => one.label === "E");
    expect(bursts).toMatchObject({ rows: 9097, windows: 118 });
    expect(summary.restingG).toBeGreaterThan(0.9);
  });

  it.each([
    ["wisdm-watch/subject_1600.csv.gz", IN_SI, "g"],
    ["sp-sw-har-watch/subject_s01.csv.gz", IN_SI, "g"],
    ["hapt-waist/user_01.csv.gz", { accel: "g", gyro: "rad/s" }, "m/s^2"],
    ["umafall-wrist/subject_01.csv.gz", { accel: "g", gyro: "deg/s" }, "m/s^2"],
  ])("%s is taken in its own unit and refused in another", async (file, units, wrong) => {
    const data = { path: `${SHARED}/${file}`, repeatedStamps: "drop" };
    await expect(loadDataset(band({ data: { ...data, units } }).data, REPOSITORY)).resolves.toBeDefined();
    const other = band({ data: { ...data, units: { ...units, accel: wrong } } });
    await expect(loadDataset(other.data, REPOSITORY)).rejects.toMatchObject({
      code: "data/wrong-accel-unit",
    });
  });

  it("equal stamps of the GeoTec watch are an error until they are allowed, and then counted", async () => {
    const data = { path: `${SHARED}/sp-sw-har-watch`, units: IN_SI };
    await expect(loadDataset(band({ data }).data, REPOSITORY)).rejects.toMatchObject({
      code: "data/repeated-stamps",
    });
    const spec = band({ data: { ...data, repeatedStamps: "drop" }, window: { seconds: 1 } });
    const dataset = await loadDataset(spec.data, REPOSITORY);
    expect(describeDataset(dataset, spec)).toMatchObject({
      recordings: 223,
      rows: 261191,
      repeatedRows: 1362,
    });
  });
});

// The published raw formats, each on small files written here in the exact format.
import { describe, expect, it } from "vitest";
import { loadFromSource } from "../../src/data/load.ts";
import { band, type Files, memorySource } from "./support.ts";

const G = 9.80665;
const load = (format: string, files: Files, data: object = {}) =>
  loadFromSource(
    memorySource(files),
    band({ data: { path: ".", format, gravityCheck: false, ...data } }).data,
  );

describe("wisdm", () => {
  const accel = [
    "1600,A,90426708196641,9.80665,-0.5916671,8.195502;",
    "1600,A,90426757696641,4.972757,-0.15831658,6.696732;",
    "1600,A,90426807196641,3.25372,-0.19183542,6.107758;",
    "1600,B,95426807196641,1,2,3;",
  ].join("\n");
  const gyro = [
    "1600,A,90426708196641,3.1415926,-1.0222765,-0.3099619;",
    "1600,A,90426807196641,0.3873832,-0.61854,-0.048972;",
    "1600,B,95426807196641,0.1,0.2,0.3;",
  ].join("\n");
  const files = { "accel/data_1600_accel_watch.txt": accel, "gyro/data_1600_gyro_watch.txt": gyro };

  it("joins both sensors on their nanosecond stamps, one session an activity", async () => {
    const { recordings, units, labelNames } = await load("wisdm", files);
    expect(units).toEqual({ accel: "m/s^2", gyro: "rad/s" });
    expect(labelNames["A"]).toBe("walking");
    expect(recordings.map((one) => [one.subject, one.session, one.labelNames])).toEqual([
      ["1600", "A", ["A"]],
      ["1600", "B", ["B"]],
    ]);
    const [a] = recordings;
    expect([...a!.tMs]).toEqual([0, 99]);
    expect(a!.lostRows).toBe(1);
    expect(a!.values[0]).toBeCloseTo(1, 6);
    expect(a!.values[3]).toBeCloseTo(180, 4);
  });

  it("keeps stamps exact that have nineteen digits", async () => {
    const long = (text: string): string => text.replaceAll(",90426", ",1570090426");
    const names = Object.keys(files);
    const { recordings } = await load("wisdm", { [names[0]!]: long(accel), [names[1]!]: long(gyro) });
    expect([...recordings[0]!.tMs]).toEqual([0, 99]);
  });

  it.each([
    ["a missing partner", { "data_1_accel_watch.txt": accel }, "data/missing-partner"],
    ["another missing partner", { "data_1_gyro_watch.txt": gyro }, "data/missing-partner"],
    [
      "a torn line",
      { ...files, "accel/data_1600_accel_watch.txt": `${accel}\n1600,A,904` },
      "data/bad-record",
    ],
    ["no file of the format", { "other.txt": "" }, "data/no-files"],
  ])("refuses %s", async (_, bad: Files, code) => {
    await expect(load("wisdm", bad)).rejects.toMatchObject({ code });
  });
});

describe("pamap2", () => {
  const row = (seconds: number, activity: number, hand: readonly (number | string)[]): string =>
    [seconds, activity, "NaN", ...hand, ...new Array<string>(34).fill("0.5")].join(" ");
  const hand = [30.375, G, 0, 0, 2.15, 8.34, 3.68, Math.PI, 0, 0, 8.6, -67.1, -19.5, 1, 0, 0, 0];
  const lost = new Array<string>(17).fill("NaN");

  it("takes the ±16 g accelerometer and the gyroscope of the hand, leaves out losses and transients", async () => {
    const text = [row(8.38, 0, hand), row(8.39, 4, hand), row(8.4, 4, lost), row(8.41, 4, hand)].join("\n");
    const { recordings, labelNames } = await load("pamap2", { "Protocol/subject101.dat": text });
    const [one] = recordings;
    expect(one).toMatchObject({ subject: "101", session: "Protocol", labelNames: ["", "4"], lostRows: 1 });
    expect(labelNames["4"]).toBe("walking");
    expect([...one!.tMs].map(Math.round)).toEqual([8380, 8390, 8410]);
    expect([...one!.values.slice(0, 6)].map((value) => Number(value.toFixed(3)))).toEqual([
      1, 0, 0, 180, 0, 0,
    ]);
  });

  it.each([
    ["a torn row", `${row(1, 4, hand)}\n1.01 4 NaN`, "data/wrong-field-count"],
    ["only losses", row(1, 4, lost), "data/no-rows"],
    ["a clock going back", `${row(2, 4, hand)}\n${row(1, 4, hand)}`, "data/unsorted-stamps"],
  ])("refuses %s", async (_, text, code) => {
    await expect(load("pamap2", { "subject101.dat": text })).rejects.toMatchObject({ code });
  });
});

describe("uci-har", () => {
  const signals = ["total_acc_x", "total_acc_y", "total_acc_z", "body_gyro_x", "body_gyro_y", "body_gyro_z"];
  const line = (from: number): string =>
    Array.from(
      { length: 128 },
      (_, i) => ` ${((from + i) / 1000).toExponential(7).replace(/e([+-])(\d)$/, "e$100$2")}`,
    ).join("");
  /** Windows that start at the given samples of one counting signal. */
  const half = (
    name: string,
    starts: readonly number[],
    y: readonly number[],
    subject: readonly number[],
  ): Files => ({
    ...Object.fromEntries(
      signals.map((signal) => [
        `${name}/Inertial Signals/${signal}_${name}.txt`,
        starts.map(line).join("\n"),
      ]),
    ),
    [`${name}/y_${name}.txt`]: y.join("\n"),
    [`${name}/subject_${name}.txt`]: subject.join("\n"),
  });

  it("joins windows that overlap exactly, and only those", async () => {
    const files = {
      ...half("train", [0, 64, 128, 500, 564, 628], [1, 1, 1, 1, 2, 2], [1, 1, 1, 1, 1, 3]),
      ...half("test", [0], [5], [2]),
      "activity_labels.txt": "1 WALKING\n2 WALKING_UPSTAIRS\n5 STANDING\n",
    };
    const { recordings, labelNames } = await load("uci-har", files);
    expect(labelNames["5"]).toBe("STANDING");
    expect(recordings.map((one) => [one.subject, one.session, one.tMs.length, one.labelNames[0]])).toEqual([
      ["1", "train-1", 256, "1"],
      ["1", "train-4", 128, "1"],
      ["1", "train-5", 128, "2"],
      ["3", "train-6", 128, "2"],
      ["2", "test-1", 128, "5"],
    ]);
    const [one] = recordings;
    expect(one!.tMs[255]).toBe(255 * 20);
    expect(one!.values[255 * 6]).toBeCloseTo(0.255, 6);
    expect(one!.values[255 * 6 + 3]).toBeCloseTo(0.255 * (180 / Math.PI), 4);
  });

  it.each([
    ["a missing signal", "train/Inertial Signals/body_gyro_z_train.txt", null, "data/missing-partner"],
    ["a short file", "train/y_train.txt", "1", "data/rows-disagree"],
    ["a torn window", "train/Inertial Signals/total_acc_x_train.txt", "1 2 3", "data/wrong-field-count"],
    ["a foreign label", "train/y_train.txt", "1\nwalk", "data/bad-record"],
  ])("refuses %s", async (_, file, content, code) => {
    const { [file]: removed, ...rest } = half("train", [0, 64], [1, 1], [1, 1]);
    expect(removed).toBeDefined();
    await expect(
      load("uci-har", content === null ? rest : { ...rest, [file]: content }),
    ).rejects.toMatchObject({
      code,
    });
  });
});

describe("hapt", () => {
  const rows = (n: number): string =>
    Array.from({ length: n }, (_, i) => `${(0.918055589877031 + i).toFixed(15)} -0.112499994242564 0.5`).join(
      "\n",
    );
  const files: Files = {
    "RawData/acc_exp01_user01.txt": rows(10),
    "RawData/gyro_exp01_user01.txt": rows(10),
    "RawData/acc_exp02_user01.txt": rows(4),
    "RawData/gyro_exp02_user01.txt": rows(4),
    "RawData/labels.txt": "1 1 5 2 4\n1 1 7 5 6\n2 1 5 1 4\n",
    "activity_labels.txt": "5 STANDING\n7 STAND_TO_SIT\n",
  };

  it("labels the samples of labels.txt, counted from 1 with both ends", async () => {
    const { recordings, labelNames } = await load("hapt", files);
    expect(labelNames).toEqual({ "5": "STANDING", "7": "STAND_TO_SIT" });
    const [one, two] = recordings;
    expect([...one!.labelIndex].map((index) => one!.labelNames[index])).toEqual([
      "",
      "5",
      "5",
      "5",
      "7",
      "7",
      "",
      "",
      "",
      "",
    ]);
    expect([...one!.tMs.slice(0, 3)]).toEqual([0, 20, 40]);
    expect(two).toMatchObject({ subject: "01", session: "02", labelNames: ["5"] });
  });

  it.each([
    ["an interval past the end", "RawData/labels.txt", "1 1 5 2 40", "data/bad-record"],
    ["a torn interval", "RawData/labels.txt", "1 1 5 2", "data/bad-record"],
    ["a short gyroscope file", "RawData/gyro_exp01_user01.txt", rows(9), "data/rows-disagree"],
    ["a torn row", "RawData/acc_exp01_user01.txt", "1 2", "data/wrong-field-count"],
    ["a word", "RawData/acc_exp01_user01.txt", "1 2 x", "data/not-a-number"],
    ["a NaN", "RawData/acc_exp01_user01.txt", "1 2 NaN", "data/not-finite"],
    ["no labels.txt", "RawData/labels.txt", null, "data/missing-partner"],
    ["no gyroscope file", "RawData/gyro_exp02_user01.txt", null, "data/missing-partner"],
  ])("refuses %s", async (_, file, content, code) => {
    const { [file]: removed, ...rest } = files;
    expect(removed).toBeDefined();
    await expect(load("hapt", content === null ? rest : { ...rest, [file]: content })).rejects.toMatchObject({
      code,
    });
  });
});

it("refuses units in band.yaml that contradict a published format", async () => {
  const files = { "Protocol/subject101.dat": "x" };
  const data = { units: { accel: "g", gyro: "rad/s" } };
  await expect(load("pamap2", files, data)).rejects.toMatchObject({ code: "data/units-conflict" });
});

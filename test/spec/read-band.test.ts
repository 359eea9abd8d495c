// band.yaml: a short file works, and every mistake names its line and key.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bandJsonSchema, readBand } from "../../src/spec/read-band.ts";
import { UserError } from "../../src/util/errors.ts";

const SHORT = "board: esp32-devkit\ndata: ./recordings\nmodel: bandx-cnn\n";

function failure(text: string): UserError {
  try {
    readBand(text, "band.yaml");
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("readBand", () => {
  it("fills three lines up with defaults", () => {
    const band = readBand(SHORT, "band.yaml").band;
    expect(band.sensor).toEqual({
      model: "mpu6050",
      rateHz: 20,
      accelRangeG: 8,
      gyroRangeDps: 2000,
      axes: ["x", "y", "z"],
      wrist: "same",
    });
    expect(band.window).toEqual({ seconds: 3, overlap: 0.5 });
    expect(band.data).toMatchObject({ path: "./recordings", format: "recordings" });
    expect(band.model).toEqual({ use: "bandx-cnn", parameters: {} });
    expect(band.split.by).toBe("subject");
  });

  it("takes activities as a list or as a mapping that merges", () => {
    expect(readBand(`${SHORT}activities: [walk, 3]\n`, "b").band.activities).toEqual({
      walk: ["walk"],
      "3": ["3"],
    });
    expect(readBand(`${SHORT}activities:\n  move: [walk, run]\n  rest: sit\n`, "b").band.activities).toEqual({
      move: ["walk", "run"],
      rest: ["sit"],
    });
  });

  it("knows the lines of its keys", () => {
    const { whereIs } = readBand(`${SHORT}window:\n  seconds: 2\n`, "band.yaml");
    expect([whereIs("board"), whereIs("model"), whereIs("window", "seconds")]).toEqual([
      "band.yaml:1",
      "band.yaml:3",
      "band.yaml:5",
    ]);
  });

  it.each([
    ["an unknown key", `${SHORT}windw:\n  seconds: 3\n`, "band.yaml:4: windw is not a key", "window"],
    [
      "an unknown inner key",
      `${SHORT}window:\n  secnds: 3\n`,
      "band.yaml:5: window.secnds is not a key",
      "seconds",
    ],
    ["a missing key", "data: ./x\nmodel: m\n", "band.yaml:1: board is missing", "docs/band-yaml.md"],
    ["an empty file", "", "band.yaml:1: board is missing", "docs/band-yaml.md"],
    ["a wrong type", `${SHORT}seed: one\n`, 'band.yaml:4: seed is "one"; expected number', "docs"],
    [
      "a value out of range",
      `${SHORT}window:\n  overlap: 1.5\n`,
      "band.yaml:5: window.overlap is 1.5",
      "docs",
    ],
    ["a bad choice", `${SHORT}engine: magic\n`, 'band.yaml:4: engine is "magic"', "docs"],
    [
      "a way to wear it that is not there",
      `${SHORT}sensor:\n  wrist: left\n`,
      'band.yaml:5: sensor.wrist is "left"',
      "",
    ],
    [
      "a sensor range that is not there",
      `${SHORT}sensor:\n  accelRangeG: 3\n`,
      "band.yaml:5: sensor.accelRangeG is 3",
      "",
    ],
    [
      "a random split that is not owned up to",
      `${SHORT}split:\n  by: random-window\n`,
      "split.leaking is missing",
      "",
    ],
    ["a key twice", `${SHORT}seed: 1\nseed: 2\n`, "band.yaml:5: this is not YAML", "line"],
    ["broken syntax", "board: [\n", "band.yaml:2: this is not YAML", "line"],
    [
      "a bad key in data",
      SHORT.replace("./recordings", "\n  path: x\n  unit: g"),
      "band.yaml:4: data.unit is not a key",
      "units",
    ],
  ])("refuses %s with line and key", (_what, text, message, hint) => {
    const error = failure(text);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
});

describe("schema/band.schema.json", () => {
  it("is what scripts/emit-schema.ts writes", () => {
    const file = readFileSync(new URL("../../schema/band.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(bandJsonSchema())));
  });

  it("documents every key of the top level", () => {
    const documentation = readFileSync(new URL("../../docs/band-yaml.md", import.meta.url), "utf8");
    const { properties } = bandJsonSchema() as { properties: Record<string, unknown> };
    for (const key of Object.keys(properties))
      expect(documentation, key).toMatch(new RegExp(`\\| \`${key}[.\`]`));
  });
});

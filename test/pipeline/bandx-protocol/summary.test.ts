// Means over people, groups and seeds, by hand.
import { describe, expect, it } from "vitest";
import type { BothScores, StrangerFigures } from "../../../src/pipeline/bandx-protocol/stranger.ts";
import { type GroupRun, makeSummary } from "../../../src/pipeline/bandx-protocol/summary.ts";
import { protocolCsv, protocolMarkdown } from "../../../src/pipeline/bandx-protocol/text.ts";
import { bandSchema } from "../../../src/spec/band.ts";

const band = bandSchema.parse({ board: "any", model: "bandx-cnn", data: "." });
const both = (accuracy: number): BothScores => {
  const score = { windows: 40, accuracy, macroF1: accuracy / 2 };
  return { float: { ...score, accuracy: accuracy + 0.01 }, int8: score };
};
const stranger = (
  subject: string,
  general: number,
  personal: number,
  curve = [general],
): StrangerFigures => ({
  subject,
  calibration: 30,
  wrist: subject === "a" ? "other" : null,
  general: both(general),
  worn: both(general + 0.05),
  personal: both(personal),
  curve: curve.map((accuracy, i) => ({ size: [0, 5, 15][i]!, accuracy, macroF1: accuracy / 2 })),
});
const run = (seed: number, group: string[], strangers: StrangerFigures[]): GroupRun => ({
  seed,
  group,
  figures: { familiar: both(0.9), modelBytes: 1000 * seed, strangers },
});

describe("a protocol's summary", () => {
  const runs = [
    run(1, ["a", "b"], [stranger("a", 0.5, 0.7, [0.5, 0.6, 0.7]), stranger("b", 0.7, 0.7, [0.7, 0.7])]),
    run(1, ["c"], [stranger("c", 0.8, 0.9, [0.8, 0.9, 0.9])]),
    run(2, ["a", "b"], [stranger("a", 0.5, 0.9, [0.5, 0.8, 0.9]), stranger("b", 0.7, 0.6, [0.7, 0.6])]),
    run(2, ["c"], [stranger("c", 0.8, 0.9, [0.8, 0.9, 0.9])]),
  ];
  const summary = makeSummary(
    { band, name: "test" },
    { wearings: [], calibration: 15, curve: [5, 15] },
    runs,
  );

  it("counts a group as the mean of its people", () => {
    const { general, personal, familiar } = summary.settings;
    expect(general.int8.accuracy.values).toEqual([0.6, 0.8, 0.6, 0.8]);
    expect(general.int8.macroF1.mean).toBeCloseTo(0.35, 12);
    expect(general.float.accuracy.mean).toBeCloseTo(0.71, 12);
    expect(personal.int8.accuracy.mean).toBeCloseTo((0.7 + 0.9 + 0.75 + 0.9) / 4, 12);
    expect(familiar.int8.accuracy).toMatchObject({ mean: 0.9, deviation: 0 });
    expect(summary).toMatchObject({ seeds: [1, 2], groups: [["a", "b"], ["c"]], modelBytes: 2000 });
  });

  it("says who gained and who lost in the mean over the seeds", () => {
    const gains = summary.people.map(({ subject, gain }) => [subject, Number(gain.mean.toFixed(9))]);
    expect(gains).toEqual([
      ["a", 0.3],
      ["b", -0.05],
      ["c", 0.1],
    ]);
    expect(summary.gain).toMatchObject({ gained: 2, lost: ["b"] });
    expect(summary.gain.overPeople.mean).toBeCloseTo(0.35 / 3, 12);
  });

  it("leaves a size out of the curve that somebody has no windows for", () => {
    expect(summary.curve.map(({ size }) => size)).toEqual([0, 5]);
    expect(summary.curve[1]!.accuracy.mean).toBeCloseTo((0.65 + 0.9 + 0.7 + 0.9) / 4, 12);
  });

  it("is told as Markdown and as a row a person and seed", () => {
    const text = protocolMarkdown(summary);
    expect(text).toContain("| personal head, strangers, worn as told | .8225 ± ");
    expect(text).toContain("| b | 40 | not told | .7000 | .7500 | .6500 | −.0500 ± .0707 |");
    expect(text).toContain("2 of 3 gained, b lost.");
    const losing = { ...summary, gain: { ...summary.gain, lost: ["23, 46", "23, 47"] } };
    expect(protocolMarkdown(losing)).toContain("gained, 23, 46; 23, 47 lost.");
    expect(protocolCsv(summary).trim().split("\n")).toHaveLength(1 + 6);
  });
});

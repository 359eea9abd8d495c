// Splits: nobody and no sample on two sides, seeded, and saying so when they leak.
import { describe, expect, it } from "vitest";
import { splitWindows } from "../../src/data/split.ts";
import { copyWindow, type WindowSet, windowCount } from "../../src/data/window-set.ts";
import { type SplitSpec, splitSchema } from "../../src/spec/band.ts";
import { seededRandom } from "../../src/util/random.ts";
import { countingWindows } from "./support.ts";

const classes = ["walk", "sit"];
const people = (count: number, samples = 62): WindowSet =>
  countingWindows(
    Array.from({ length: count }, (_, p) =>
      classes.map((_, label) => ({ subject: `0${p + 1}`, label, samples, first: 10000 * p + 1000 * label })),
    ).flat(),
  );
const split = (all: WindowSet, spec: object, seed = 1) =>
  splitWindows(all, splitSchema.parse(spec) satisfies SplitSpec, classes, seededRandom(seed));
/** Every sample that a part can see, also by shifting its windows to the ends of their streams. */
const reachable = (set: WindowSet): Set<number> => {
  const seen = new Set<number>();
  const out = new Int32Array(set.windowSamples * 6);
  for (let w = 0; w < windowCount(set); w++) {
    for (const shift of [-1000, 0, 1000]) {
      copyWindow(set, w, out, 0, shift);
      for (const value of out) seen.add(value);
    }
  }
  return seen;
};
const overlap = (a: Set<number>, b: Set<number>): number => [...a].filter((value) => b.has(value)).length;

describe("by subject", () => {
  it("draws shares by the seed, at least one person each, nobody twice", () => {
    const all = people(9);
    const { subjects, leaking, train, validation, test } = split(all, {
      by: "subject",
      test: 0.2,
      validation: 0.1,
    });
    expect([subjects.test.length, subjects.validation.length, subjects.train.length]).toEqual([2, 1, 6]);
    expect(new Set([...subjects.train, ...subjects.validation, ...subjects.test]).size).toBe(9);
    expect(leaking).toBe(false);
    expect(windowCount(train) + windowCount(validation) + windowCount(test)).toBe(windowCount(all));
    expect(overlap(reachable(train), reachable(test))).toBe(0);
    const draws = [1, 1, 2, 3, 4].map((seed) => split(all, { by: "subject" }, seed).subjects.test.join());
    expect(draws[0]).toBe(draws[1]);
    expect(new Set(draws).size).toBeGreaterThan(1);
  });

  it("takes names, and numbers for names with leading zeros", () => {
    const { subjects, description } = split(people(5), {
      by: "subject",
      test: [2, "03"],
      validation: ["05"],
    });
    expect(subjects).toEqual({ train: ["01", "04"], validation: ["05"], test: ["02", "03"] });
    expect(description).toContain("02, 03");
  });

  it("never draws a named validation subject for the test", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { subjects } = split(people(4), { by: "subject", validation: ["02"], test: 0.5 }, seed);
      expect(subjects.test).not.toContain("02");
      expect(subjects.train.length).toBeGreaterThan(0);
    }
  });

  it("refuses to leave nobody for training", () => {
    expect(() => split(people(3), { by: "subject", test: ["01", "02"], validation: ["03"] })).toThrow(
      expect.objectContaining({ code: "data/too-few-subjects" }) as Error,
    );
  });
});

describe("familiar", () => {
  it("keeps the last windows of those who train for a test of their own, and no sample twice", () => {
    const all = people(4, 102);
    const spec = { by: "subject", test: ["02"], validation: ["03"], familiar: 0.2 };
    const { train, validation, test, familiar, subjects, description } = split(all, spec);
    expect(subjects).toEqual({ train: ["01", "04"], validation: ["03"], test: ["02"] });
    // Of 50 windows of each of two people and two classes, 40 train and 10 test but for the one across the boundary.
    expect([train, validation, test, familiar!].map(windowCount)).toEqual([160, 100, 100, 36]);
    expect(overlap(reachable(train), reachable(familiar!))).toBe(0);
    expect(Math.max(...reachable(familiar!))).toBeLessThanOrEqual(Math.max(...reachable(all)));
    expect(description).toContain("36 later windows of those who train test");
  });

  it("is nothing unless asked for", () => {
    expect(split(people(4), { by: "subject" }).familiar).toBeNull();
    expect(split(people(4), { by: "time" }).familiar).toBeNull();
  });
});

describe("by list", () => {
  it("lets everyone train who does not test where nobody is to validate", () => {
    const all = people(4);
    const { subjects, validation, description } = split(all, {
      by: "subject",
      test: ["02"],
      validation: "none",
    });
    expect(subjects).toEqual({ train: ["01", "03", "04"], validation: [], test: ["02"] });
    expect(windowCount(validation)).toBe(0);
    expect(description).toBe("by subject: 3 train, nobody validates, 1 test (02)");
    const listed = { by: "list", train: ["01"], test: ["02"], validation: "none" } as const;
    expect(split(people(2), listed).subjects).toEqual({ train: ["01"], validation: [], test: ["02"] });
    for (const by of ["time", "random-window"] as const) {
      const parts = split(all, { by, validation: "none", ...(by === "time" ? {} : { leaking: true }) });
      expect(windowCount(parts.validation), by).toBe(0);
    }
  });

  it("takes the validation people out of the training list and leaves others out", () => {
    const { subjects } = split(people(6), { by: "list", train: [1, 2, 3, 4], test: [6], validation: 0.25 });
    expect(subjects.test).toEqual(["06"]);
    expect(subjects.validation).toHaveLength(1);
    expect([...subjects.train, ...subjects.validation].sort()).toEqual(["01", "02", "03", "04"]);
    const named = split(people(6), { by: "list", train: [1, 2], test: [6], validation: ["02"] });
    expect(named.subjects).toEqual({ train: ["01"], validation: ["02"], test: ["06"] });
  });
});

describe("by time", () => {
  it("puts no sample on two sides, not even by shifting, and keeps time in order", () => {
    const all = people(2, 102);
    const { train, validation, test, leaking, description } = split(all, { by: "time" });
    expect(leaking).toBe(false);
    const [a, b, c] = [reachable(train), reachable(validation), reachable(test)];
    expect([overlap(a, b), overlap(b, c), overlap(a, c)]).toEqual([0, 0, 0]);
    // 50 windows of each subject and class: 33 train, 7 validate, 10 test; one lost at each of 2 boundaries × 4.
    expect(description).toContain("8 windows");
    expect([train, validation, test].map(windowCount)).toEqual([4 * 33, 4 * 6, 4 * 9]);
    const inFirst = (set: Set<number>): number[] => [...set].filter((value) => value < 256 * 1000);
    expect(Math.max(...inFirst(a))).toBeLessThan(Math.min(...inFirst(b)));
    expect(Math.max(...inFirst(b))).toBeLessThan(Math.min(...inFirst(c)));
  });

  it("goes across the streams of one class", () => {
    const all = countingWindows([
      { subject: "1", label: 0, samples: 30 },
      { subject: "1", label: 1, samples: 30, first: 500 },
      { subject: "1", label: 0, samples: 30, first: 1000 },
      { subject: "1", label: 1, samples: 30, first: 1500 },
    ]);
    const { train, test } = split(all, { by: "time", test: 0.4, validation: 0.1 });
    expect(overlap(reachable(train), reachable(test))).toBe(0);
    expect(new Set(test.streams.map((stream) => stream.label))).toEqual(new Set([0, 1]));
  });
});

describe("by random window", () => {
  it("is possible only as leaking, and the result says so", () => {
    expect(splitSchema.safeParse({ by: "random-window" }).success).toBe(false);
    const all = people(3);
    const { leaking, train, validation, test, description } = split(all, {
      by: "random-window",
      leaking: true,
    });
    expect(leaking).toBe(true);
    expect(description).toContain("LEAKING");
    expect(windowCount(train) + windowCount(validation) + windowCount(test)).toBe(windowCount(all));
    expect(overlap(reachable(train), reachable(test))).toBeGreaterThan(0);
  });
});

// The metric of those who trained: an inverse to the bit, and a file that belongs to one model.

import { describe, expect, it } from "vitest";
import { rowOf } from "../../src/personalize/metric.ts";
import { decodeMetric, encodeMetric } from "../../src/personalize/metric-file.ts";
import {
  applyPopulation,
  POPULATION_BITS,
  type PopulationMetric,
  populationMetric,
} from "../../src/personalize/population-metric.ts";
import { solve } from "../../src/personalize/solve.ts";
import { seededRandom } from "../../src/util/random.ts";
import { randomWearer } from "./examples.ts";
import { lossOf, minimise } from "./float-solver.ts";

const WIDTH = 12;

/** Windows of several people who do several things; features move together. */
function population(seed: string, width = WIDTH): { features: Int8Array; groupOf: number[] } {
  const random = seededRandom(seed);
  const groupOf = Array.from({ length: 400 }, (_, w) => w % 20);
  const places = Array.from({ length: 20 }, () => Array.from({ length: width }, () => 40 * random.normal()));
  const mixture = Array.from({ length: width }, () => 10 * random.normal());
  const features = groupOf.flatMap((group) => {
    const common = random.normal();
    return places[group]!.map((place, j) =>
      Math.max(-128, Math.min(127, Math.round(place + common * mixture[j]! + 3 * random.normal()))),
    );
  });
  return { features: Int8Array.from(features), groupOf };
}

/** The covariance as it is defined, a mean of 1 on its diagonal, and the ridge. */
function metricOf(features: Int8Array, groupOf: readonly number[], width: number): number[][] {
  const rows = groupOf.map((_, w) => Array.from(features.subarray(w * width, (w + 1) * width)));
  const meanOf = (group: number, j: number): number => {
    const own = rows.filter((_, w) => groupOf[w] === group);
    return own.reduce((sum, row) => sum + row[j]!, 0) / own.length;
  };
  const means = new Map(
    [...new Set(groupOf)].map((group) => [group, rows[0]!.map((_, j) => meanOf(group, j))]),
  );
  const distances = rows.map((row, w) => row.map((value, j) => value - means.get(groupOf[w]!)![j]!));
  const scatter = rows[0]!.map((_, i) =>
    rows[0]!.map((__, j) => distances.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  const mean = scatter.reduce((sum, row, i) => sum + row[i]!, 0) / width;
  return scatter.map((row, i) => row.map((value, j) => value / mean + (i === j ? 1 / 64 : 0)));
}

const entry = ({ inverse }: PopulationMetric, i: number, j: number): number =>
  inverse[rowOf(Math.max(i, j)) + Math.min(i, j)]! / 2 ** POPULATION_BITS;

describe("populationMetric", () => {
  it("is the inverse of the covariance within people and activities, with a ridge", () => {
    const { features, groupOf } = population("inverse");
    const inverse = populationMetric(features, groupOf, WIDTH);
    const metric = metricOf(features, groupOf, WIDTH);
    for (let i = 0; i < WIDTH; i++) {
      for (let j = 0; j < WIDTH; j++) {
        const product = metric[i]!.reduce((sum, value, k) => sum + value * entry(inverse, k, j), 0);
        expect(product, `${i}, ${j}`).toBeCloseTo(i === j ? 1 : 0, 2);
      }
    }
  });

  it("knows nothing of how groups lie to each other", () => {
    const { features, groupOf } = population("places");
    const moved = features.map((value, at) => {
      const group = groupOf[Math.floor(at / WIDTH)]!;
      return Math.max(-128, Math.min(127, value)) - (group % 2 === 0 ? 0 : 1);
    });
    expect(populationMetric(moved, groupOf, WIDTH)).toEqual(populationMetric(features, groupOf, WIDTH));
  });

  it("is the identity where nothing varies", () => {
    const constant = new Int8Array(8 * 3).map((_, at) => [5, -128, 127][at % 3]!);
    const { inverse } = populationMetric(constant, [0, 0, 1, 1, 2, 2, 3, 3], 3);
    expect([...inverse]).toEqual([1, 0, 1, 0, 0, 1].map((value) => value * 2 ** POPULATION_BITS));
  });

  it("has no eigenvalue above 64, where some features never vary", () => {
    const { features, groupOf } = population("still");
    const some = features.map((value, at) => (at % WIDTH < 3 ? -128 : value));
    const metric = populationMetric(some, groupOf, WIDTH);
    const still = Array.from({ length: WIDTH }, (_, j) => (j === 1 ? 1000 : 0));
    const out = new Float64Array(WIDTH);
    applyPopulation(metric, still, out);
    expect([...out]).toEqual(still.map((value) => 64 * value));
  });
});

describe("solve with a population's metric", () => {
  it("comes within a twentieth of the way to the minimum", () => {
    for (const seed of ["a", "b"]) {
      const wearer = randomWearer(seededRandom(seed), { features: WIDTH, classes: 5, windowsPerClass: 15 });
      const { features, groupOf } = population(seed);
      const examples = { ...wearer.examples, metric: populationMetric(features, groupOf, WIDTH) };
      const least = minimise(wearer.general, examples);
      const [first, last] = [0, 40].map((rounds) =>
        lossOf(wearer.general, examples, solve(wearer.general, examples, rounds)),
      ) as [number, number];
      expect(last).toBeGreaterThanOrEqual(least);
      expect((last - least) / (first - least), seed).toBeLessThan(0.05);
    }
  });
});

describe("the metric's file", () => {
  const hash = Uint8Array.from({ length: 32 }, (_, i) => i);
  const { features, groupOf } = population("file");
  const metric = populationMetric(features, groupOf, WIDTH);
  const file = encodeMetric(metric, hash);

  it("comes back as it was", () => {
    expect(decodeMetric(file, WIDTH, hash)).toEqual(metric);
  });

  it.each<[string, (file: Uint8Array) => Uint8Array, string]>([
    ["nothing", () => new Uint8Array(0), "BSMT"],
    ["something else", (good) => good.map((byte, i) => (i === 0 ? 0 : byte)), "BSMT"],
    ["another version", (good) => good.map((byte, i) => (i === 4 ? 2 : byte)), "version 2"],
    ["other features", (good) => good.map((byte, i) => (i === 6 ? 11 : byte)), "11 features"],
    ["its end missing", (good) => good.subarray(0, -1), "bytes"],
    ["bytes behind it", (good) => Uint8Array.from([...good, 0]), "bytes"],
    ["another model", (good) => good.map((byte, i) => (i === 39 ? byte ^ 1 : byte)), "another model"],
    ["a bit flipped", (good) => good.map((byte, i) => (i === 50 ? byte ^ 1 : byte)), "checksum"],
    [
      "a value that none has",
      () => encodeMetric({ ...metric, inverse: metric.inverse.map(() => 2 ** 30) }, hash),
      "no metric",
    ],
  ])("is told from %s", (_what, damage, found) => {
    expect(decodeMetric(damage(file), WIDTH, hash)).toContain(found);
  });
});

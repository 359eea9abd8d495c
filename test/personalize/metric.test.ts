// The metric of those who trained: the root of its inverse, and a file that belongs to one model.

import { describe, expect, it } from "vitest";
import {
  applyMetric,
  FACTOR_BITS,
  type HeadMetric,
  metricWithin,
  rowOf,
} from "../../src/personalize/metric.ts";
import { decodeMetric, encodeMetric } from "../../src/personalize/metric-file.ts";
import { seededRandom } from "../../src/util/random.ts";

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

/** Of NᵀN. */
function entry({ factor, features }: HeadMetric, i: number, j: number): number {
  const at = (k: number, column: number): number =>
    column <= k ? factor[rowOf(k) + column]! / 2 ** FACTOR_BITS : 0;
  return Array.from({ length: features }, (_, k) => at(k, i) * at(k, j)).reduce(
    (sum, value) => sum + value,
    0,
  );
}

describe("metricWithin", () => {
  it("is the inverse of the covariance within people and activities, with a ridge", () => {
    const { features, groupOf } = population("inverse");
    const inverse = metricWithin(features, groupOf, WIDTH);
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
    expect(metricWithin(moved, groupOf, WIDTH)).toEqual(metricWithin(features, groupOf, WIDTH));
  });

  it("is the identity where nothing varies", () => {
    const constant = new Int8Array(8 * 3).map((_, at) => [5, -128, 127][at % 3]!);
    const { factor } = metricWithin(constant, [0, 0, 1, 1, 2, 2, 3, 3], 3);
    expect([...factor]).toEqual([1, 0, 1, 0, 0, 1].map((value) => value * 2 ** FACTOR_BITS));
  });

  it("has no eigenvalue above 64, where some features never vary", () => {
    const { features, groupOf } = population("still");
    const some = features.map((value, at) => (at % WIDTH < 3 ? -128 : value));
    const metric = metricWithin(some, groupOf, WIDTH);
    const still = Array.from({ length: WIDTH }, (_, j) => (j === 1 ? 1000 : 0));
    const out = new Int32Array(WIDTH);
    const exponent = applyMetric(metric, still, out, new Int16Array(WIDTH));
    out.forEach((value, j) => {
      const share = (value * 2 ** exponent) / (64 * 1000);
      if (j === 1) expect(share).toBeCloseTo(1, 3);
      else expect(share).toBe(0);
    });
  });
});

describe("applyMetric", () => {
  it("multiplies by the inverse, to a few parts in ten thousand of the largest", () => {
    const random = seededRandom("apply");
    const { features, groupOf } = population("apply");
    const metric = metricWithin(features, groupOf, WIDTH);
    const out = new Int32Array(WIDTH);
    for (const size of [3, 1e3, 1e6, 1e9, 1e12]) {
      const values = Array.from({ length: WIDTH }, () => Math.round(size * random.normal()));
      const exponent = applyMetric(metric, values, out, new Int16Array(WIDTH));
      const exact = values.map((_, i) =>
        values.reduce((sum, value, j) => sum + entry(metric, i, j) * value, 0),
      );
      const largest = Math.max(...exact.map(Math.abs));
      exact.forEach((value, i) => {
        expect(Math.abs(out[i]! * 2 ** exponent - value) / largest).toBeLessThan(5e-4);
      });
    }
  });
});

describe("the metric's file", () => {
  const hash = Uint8Array.from({ length: 32 }, (_, i) => i);
  const { features, groupOf } = population("file");
  const metric = metricWithin(features, groupOf, WIDTH);
  const file = encodeMetric(metric, hash);

  it("comes back as it was", () => {
    expect(decodeMetric(file, WIDTH, hash)).toEqual(metric);
  });

  it.each<[string, (file: Uint8Array) => Uint8Array, string]>([
    ["nothing", () => new Uint8Array(0), "BSMT"],
    ["something else", (good) => good.map((byte, i) => (i === 0 ? 0 : byte)), "BSMT"],
    ["another version", (good) => good.map((byte, i) => (i === 4 ? 1 : byte)), "version 1"],
    ["other features", (good) => good.map((byte, i) => (i === 6 ? 11 : byte)), "11 features"],
    ["its end missing", (good) => good.subarray(0, -1), "bytes"],
    ["bytes behind it", (good) => Uint8Array.from([...good, 0]), "bytes"],
    ["another model", (good) => good.map((byte, i) => (i === 39 ? byte ^ 1 : byte)), "another model"],
    ["a bit flipped", (good) => good.map((byte, i) => (i === 50 ? byte ^ 1 : byte)), "checksum"],
    [
      "a value that none has",
      () => encodeMetric({ ...metric, factor: metric.factor.map(() => 2 ** 14) }, hash),
      "no metric",
    ],
  ])("is told from %s", (_what, damage, found) => {
    expect(decodeMetric(damage(file), WIDTH, hash)).toContain(found);
  });
});

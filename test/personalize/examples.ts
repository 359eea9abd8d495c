// Made-up heads and wearers for the solver: classes about drawn means, as a trained body's features are.
import type { Head } from "../../src/personalize/head.ts";
import { type HeadMetric, metricWithin } from "../../src/personalize/metric.ts";
import type { Examples } from "../../src/personalize/solve.ts";
import { clampInt8 } from "../../src/util/fixedpoint.ts";
import type { Random } from "../../src/util/random.ts";

export interface Wearer {
  readonly general: Head;
  /** Of other people. */
  readonly metric: HeadMetric;
  readonly examples: Examples;
}

export interface WearerShape {
  readonly features: number;
  readonly classes: number;
  readonly windowsPerClass: number;
}

export function randomHead(random: Random, features: number, classes: number): Head {
  return {
    features,
    labels: Array.from({ length: classes }, (_, k) => `class ${k}`),
    inputScale: Math.fround(0.05),
    inputZeroPoint: -128,
    weightScale: Math.fround(0.01),
    outputScale: Math.fround(0.2),
    outputZeroPoint: 10,
    weights: Int8Array.from({ length: classes * features }, () =>
      clampInt8(Math.round(random.normal() * 40)),
    ),
    biases: Int32Array.from({ length: classes }, () => Math.round(random.normal() * 3000)),
  };
}

/** Of twenty people and activities, whose features move together in a way that no activity tells. */
export function randomMetric(random: Random, features: number): HeadMetric {
  const groupOf = Array.from({ length: 200 }, (_, w) => w % 20);
  const together = Array.from({ length: features }, () => random.normal() * 15);
  const rows = groupOf.flatMap(() => {
    const common = random.normal();
    return together.map((share) => clampInt8(Math.round(common * share + random.normal() * 8)));
  });
  return metricWithin(Int8Array.from(rows), groupOf, features);
}

/** After a ReLU: many features at the zero point, correlated within a class, means that differ between classes. */
export function randomWearer(random: Random, { features, classes, windowsPerClass }: WearerShape): Wearer {
  const general = randomHead(random, features, classes);
  const means = Array.from({ length: classes }, () =>
    Array.from({ length: features }, () => -128 + Math.max(random.normal() * 60 + 20, 0)),
  );
  const together = Array.from({ length: features }, () => random.normal() * 15);
  const rows = means.flatMap((mean, k) =>
    Array.from({ length: windowsPerClass }, () => {
      const common = random.normal();
      const row = mean.map((value, j) => {
        const drawn = Math.round(value + common * together[j]! + random.normal() * 8);
        return Math.max(clampInt8(drawn), -128);
      });
      return { row, k };
    }),
  );
  return {
    general,
    metric: randomMetric(random, features),
    examples: {
      features: Int8Array.from(rows.flatMap(({ row }) => row)),
      classOf: Uint8Array.from(rows, ({ k }) => k),
      generalClass: Int8Array.from({ length: classes }, (_, k) => k),
    },
  };
}

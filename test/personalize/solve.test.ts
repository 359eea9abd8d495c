// The solver's integers: equal to integers of any size, and close to where an exact minimiser would end.
import { describe, expect, it } from "vitest";
import { divideRounded, shiftRounded, squareRoot } from "../../src/personalize/integers.ts";
import { solve } from "../../src/personalize/solve.ts";
import { seededRandom } from "../../src/util/random.ts";
import { exactSolution } from "./exact-solver.ts";
import { randomHead, randomMetric, randomWearer, type Wearer } from "./examples.ts";
import { lossOf, minimise } from "./float-solver.ts";

function expectExact({ general, metric, examples }: Wearer, rounds: number): void {
  const { weights, centre } = solve(general, metric, examples, rounds);
  const exact = exactSolution(general, metric, examples, rounds);
  expect(Array.from(centre, BigInt)).toEqual(exact.centre);
  expect(Array.from(weights, BigInt)).toEqual(exact.weights);
}

function lossAfter(wearer: Wearer, rounds: number): number {
  return lossOf(wearer, solve(wearer.general, wearer.metric, wearer.examples, rounds));
}

describe("integers.ts", () => {
  it("rounds, shifts and takes roots as integers of any size do, up to where it says", () => {
    const random = seededRandom("integers");
    let different = 0;
    for (let i = 0; i < 20_000; i++) {
      const value = Math.floor(random.normal() * 2 ** random.integer(50));
      const divisor = 1 + random.integer(2 ** (1 + random.integer(31)));
      const v = BigInt(value);
      const d = BigInt(divisor);
      const half = v < 0n ? (-v + d / 2n) / d : (v + d / 2n) / d;
      if (BigInt(divideRounded(value, divisor)) !== (v < 0n ? -half : half)) different++;
      const bits = 1 + random.integer(30);
      if (BigInt(shiftRounded(value, bits)) !== (v + (1n << BigInt(bits - 1))) >> BigInt(bits)) different++;
    }
    expect(different).toBe(0);
    for (let i = 0; i < 20_000; i++) {
      const root = 1 + random.integer(2 ** 26);
      if (squareRoot(root * root) !== root || squareRoot(root * root - 1) !== root - 1) different++;
    }
    expect(different).toBe(0);
  });
});

describe("solve", () => {
  it.each([
    ["two classes, one feature", { features: 1, classes: 2, windowsPerClass: 4 }],
    ["one window a class", { features: 6, classes: 5, windowsPerClass: 1 }],
    ["more features than windows", { features: 12, classes: 2, windowsPerClass: 3 }],
    ["many classes", { features: 4, classes: 32, windowsPerClass: 2 }],
    ["many features", { features: 83, classes: 2, windowsPerClass: 4 }],
    ["the usual proportions", { features: 12, classes: 6, windowsPerClass: 10 }],
  ])("is exact to the bit: %s", (name, shape) => {
    expectExact(randomWearer(seededRandom(name), shape), 30);
  });

  it("is exact with the largest features, windows and weights that are let in", () => {
    const random = seededRandom("extremes");
    const features = 256;
    const windows = 1024;
    const general = {
      ...randomHead(random, features, 2),
      weights: Int8Array.from({ length: 2 * features }, (_, i) => (i % 3 === 0 ? -127 : 127)),
      biases: Int32Array.of(2147483647, -2147483648),
    };
    // Rails, that one class is at the one end of and the other at the other, with a few that are not.
    const classOf = Uint8Array.from({ length: windows }, (_, w) => w % 2);
    const values = Int8Array.from({ length: windows * features }, (_, i) =>
      (Math.floor(i / features) % 2 === 0) === random.uniform() < 0.97 ? 127 : -128,
    );
    // Of the largest sums that a metric's file may hold.
    const factor = Int16Array.from({ length: (features * (features + 1)) / 2 }, (_, i) =>
      i % 5 === 0 ? -2048 : 2048,
    );
    const examples = { features: values, classOf, generalClass: Int8Array.of(0, 1) };
    expectExact({ general, metric: { features, factor }, examples }, 1);
    // One round takes the exact solver seconds at this size; the rounds after it are tried with fewer features.
    const narrow = { ...general, features: 8, weights: general.weights.slice(0, 16) };
    const fewer = { features: values.slice(0, windows * 8), classOf, generalClass: Int8Array.of(1, -1) };
    expectExact({ general: narrow, metric: randomMetric(random, 8), examples: fewer }, 16);
    expectExact(
      {
        general: narrow,
        metric: { features: 8, factor: factor.slice(0, 36).map((value) => 5 * value) },
        examples: fewer,
      },
      16,
    );
  });

  it("is exact where features say nothing, and where scales are at their ends", () => {
    const random = seededRandom("nothing");
    const examples = {
      features: new Int8Array(4 * 5).fill(-128),
      classOf: Uint8Array.of(0, 1, 0, 1),
      generalClass: Int8Array.of(0, 1),
    };
    const constant = { general: randomHead(random, 5, 2), metric: randomMetric(random, 5), examples };
    expectExact(constant, 30);
    const usual = randomWearer(random, { features: 5, classes: 3, windowsPerClass: 4 });
    for (const weightScale of [2 ** -23, 2 ** -12, 1])
      expectExact({ ...usual, general: { ...usual.general, inputScale: 0.5, weightScale } }, 30);
    expectExact(roundedUp(), 30);
  });

  it("comes within two hundredths of the way to the minimum, and nearer with twice the rounds", () => {
    for (const seed of ["a", "b"]) {
      const random = seededRandom(seed);
      const wearer = randomWearer(random, { features: 12, classes: 5, windowsPerClass: 15 });
      const least = minimise(wearer);
      const losses = [0, 30, 60].map((rounds) => lossAfter(wearer, rounds));
      for (let i = 1; i < losses.length; i++) expect(losses[i]!, seed).toBeLessThan(losses[i - 1]!);
      expect(losses[2]!).toBeGreaterThanOrEqual(least);
      expect((losses[1]! - least) / (losses[0]! - least), seed).toBeLessThan(0.02);
    }
  });

  it.each<[string, (wearer: Wearer) => Wearer]>([
    ["a general head that says the opposite", opposite],
    ["one that wavers between two classes, whatever it sees", wavering],
    ["windows that tell no activities apart", shuffled],
    ["two activities that are one, and few windows of all others", unequal],
  ])("comes as near from afar: %s", (_what, change) => {
    const usual = randomWearer(seededRandom("afar"), { features: 8, classes: 12, windowsPerClass: 12 });
    const wearer = change(usual);
    const least = minimise(wearer);
    const [first, last] = [0, 30].map((rounds) => lossAfter(wearer, rounds));
    expect((last! - least) / (first! - least)).toBeLessThan(0.02);
    expectExact(wearer, 30);
  });
});

/** A step of nearly a power of two, whose mantissa is rounded up to 2^16. */
function roundedUp(): Wearer {
  const wearer = randomWearer(seededRandom("x"), { features: 4, classes: 3, windowsPerClass: 4 });
  return { ...wearer, general: { ...wearer.general, weightScale: Math.fround(0.0081858) } };
}

/** Steps are longer than they might be for a loss as curved as it can be: these come near to that. */
function opposite({ general, ...rest }: Wearer): Wearer {
  return { ...rest, general: { ...general, weights: general.weights.map((weight) => -weight) } };
}

function wavering({ general, ...rest }: Wearer): Wearer {
  const biases = general.biases.map((_, k) => (k < 2 ? 40_000 : 0));
  return { ...rest, general: { ...general, weights: general.weights.map(() => 1), biases } };
}

function shuffled({ examples, ...rest }: Wearer): Wearer {
  const classOf = examples.classOf.slice();
  seededRandom("shuffled").shuffle(classOf);
  return { ...rest, examples: { ...examples, classOf } };
}

/** Every second window of the first two activities is of the other one; one window of each of the others. */
function unequal({ examples, ...rest }: Wearer): Wearer {
  const kept = [...examples.classOf.keys()].filter(
    (w) => examples.classOf[w]! < 2 || examples.classOf[w] !== examples.classOf[w - 1],
  );
  return {
    ...rest,
    examples: {
      ...examples,
      features: Int8Array.from(kept.flatMap((w) => Array.from(examples.features.subarray(w * 8, w * 8 + 8)))),
      classOf: Uint8Array.from(kept, (w, i) => (examples.classOf[w]! < 2 ? i % 2 : examples.classOf[w]!)),
    },
  };
}

// The streaming integer filters: rest stays rest, sines get the designed gain, nothing overflows.
import { describe, expect, it } from "vitest";
import { butterworth, gravityRemoval } from "../../src/signal/butterworth.ts";
import { createFilterBank } from "../../src/signal/filter.ts";
import type { FilterStage } from "../../src/signal/preprocessing.ts";
import { seededRandom } from "../../src/util/random.ts";

const stage = (
  kind: "lowpass" | "highpass",
  order: number,
  cutoffHz: number,
  rateHz: number,
): FilterStage => ({
  kind,
  cutoffHz,
  order,
  channels: [0, 1, 2, 3, 4, 5],
  subtract: false,
  sections: butterworth(kind, order, cutoffHz, rateHz),
});
const run = (stages: readonly FilterStage[], input: readonly number[]): number[] => {
  const bank = createFilterBank(stages);
  const sample = new Int32Array(6);
  return input.map((x) => {
    sample.fill(x);
    bank.push(sample);
    return sample[0]!;
  });
};

describe("rest", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "passes a low-pass of order %i unchanged and leaves a high-pass at zero",
    (order) => {
      for (const level of [0, 1, -1, 4096 * 256, -32768 * 256, 32767 * 256]) {
        const still = new Array<number>(2000).fill(level);
        expect(new Set(run([stage("lowpass", order, 0.3, 20)], still))).toEqual(new Set([level]));
        expect(new Set(run([stage("highpass", order, 0.3, 20)], still).map(Math.abs))).toEqual(new Set([0]));
        expect(new Set(run([gravityRemoval(order, 0.3, 20)], still))).toEqual(new Set([0]));
      }
    },
  );
});

describe("response", () => {
  it("of a sine has the designed gain", () => {
    const rateHz = 50;
    const sine = (hz: number): number[] =>
      Array.from({ length: 2000 }, (_, n) =>
        Math.round(4096 * 256 * Math.sin((2 * Math.PI * hz * n) / rateHz)),
      );
    const peak = (values: readonly number[]): number => Math.max(...values.slice(1000)) / (4096 * 256);
    expect(peak(run([stage("lowpass", 4, 8, rateHz)], sine(1)))).toBeCloseTo(1, 2);
    expect(peak(run([stage("lowpass", 4, 8, rateHz)], sine(8)))).toBeCloseTo(Math.SQRT1_2, 2);
    expect(peak(run([stage("lowpass", 4, 8, rateHz)], sine(20)))).toBeLessThan(0.01);
    expect(peak(run([gravityRemoval(3, 0.3, rateHz)], sine(5)))).toBeGreaterThan(0.9);
  });

  it("follows the difference equation in floating point to a few rounding steps", () => {
    const [section] = butterworth("lowpass", 2, 3, 20);
    const random = seededRandom(5);
    const input = Array.from({ length: 500 }, () => random.integer(65536 * 256) - 32768 * 256);
    const exact: number[] = [];
    let [x1, x2, y1, y2] = [input[0]!, input[0]!, input[0]!, input[0]!];
    for (const x of input) {
      const { b0, b1, b2, a1, a2 } = section!;
      const y = (b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2) / 16777216;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      exact.push(y);
    }
    const found = run([stage("lowpass", 2, 3, 20)], input);
    found.forEach((y, n) => {
      expect(Math.abs(y - exact[n]!)).toBeLessThan(4);
    });
  });
});

describe("state", () => {
  it("is forgotten by reset, so that equal streams give equal samples", () => {
    const bank = createFilterBank([stage("lowpass", 3, 2, 20), gravityRemoval(2, 0.3, 20)]);
    const random = seededRandom(1);
    const input = Array.from({ length: 50 }, () => Int32Array.from({ length: 6 }, () => random.integer(1e6)));
    const pass = (): number[] => {
      bank.reset();
      return input.flatMap((values) => {
        const sample = values.slice();
        bank.push(sample);
        return [...sample];
      });
    };
    expect(pass()).toEqual(pass());
  });

  it("keeps channels apart and leaves the others alone", () => {
    const bank = createFilterBank([{ ...stage("lowpass", 2, 1, 20), channels: [1] }]);
    const outputs = [0, 1000, 2000].map((x) => {
      const sample = Int32Array.of(x, x, x, x, x, x);
      bank.push(sample);
      return [...sample];
    });
    outputs.forEach(([a, b, ...rest], n) => {
      expect([a, ...rest]).toEqual(new Array(5).fill(1000 * n));
      expect(b).toBeLessThanOrEqual(1000 * n);
    });
  });

  it("saturates instead of wrapping", () => {
    // Full-scale square waves at a resonant cascade are the worst that six bits above the sensor's 16 can meet.
    const square = Array.from({ length: 400 }, (_, n) => (n % 2 === 0 ? 32767 : -32768) * 256);
    const stages = Array.from({ length: 4 }, () => stage("highpass", 6, 0.3, 20));
    for (const y of run(stages, square)) expect(Math.abs(y)).toBeLessThanOrEqual(33554432);
  });
});

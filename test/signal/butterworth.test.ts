// Butterworth designs: the frequency response of the integer coefficients, and exactness at rest.
import { describe, expect, it } from "vitest";
import { butterworth, gravityRemoval } from "../../src/signal/butterworth.ts";
import type { FilterSection } from "../../src/signal/preprocessing.ts";

const ONE = 16777216;

/** |H(e^{jω})| of a cascade. */
function gain(sections: readonly FilterSection[], hz: number, rateHz: number): number {
  const w = (2 * Math.PI * hz) / rateHz;
  const size = (c0: number, c1: number, c2: number): number =>
    Math.hypot(c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), c1 * Math.sin(w) + c2 * Math.sin(2 * w));
  return sections.reduce((product, s) => (product * size(s.b0, s.b1, s.b2)) / size(ONE, s.a1, s.a2), 1);
}

/** The analogue Butterworth magnitude at the bilinear transform's warped frequencies. */
function ideal(
  kind: "lowpass" | "highpass",
  order: number,
  hz: number,
  cutoffHz: number,
  rateHz: number,
): number {
  const ratio = Math.tan((Math.PI * hz) / rateHz) / Math.tan((Math.PI * cutoffHz) / rateHz);
  return 1 / Math.sqrt(1 + (kind === "lowpass" ? ratio : 1 / ratio) ** (2 * order));
}

describe.each(["lowpass", "highpass"] as const)("%s", (kind) => {
  it.each([1, 2, 3, 4, 5, 6])("of order %i has the Butterworth response", (order) => {
    for (const [cutoffHz, rateHz] of [
      [5, 20],
      [8, 50],
      [20, 104],
      [3, 100],
    ] as const) {
      const sections = butterworth(kind, order, cutoffHz, rateHz);
      expect(sections).toHaveLength(Math.ceil(order / 2));
      expect(gain(sections, cutoffHz, rateHz)).toBeCloseTo(Math.SQRT1_2, 4);
      for (const share of [0.02, 0.1, 0.25, 0.4, 0.48]) {
        const hz = share * rateHz;
        expect(gain(sections, hz, rateHz)).toBeCloseTo(ideal(kind, order, hz, cutoffHz, rateHz), 4);
      }
    }
  });

  it("is exact at rest: the integers sum to a gain of one or zero", () => {
    for (let order = 1; order <= 6; order++) {
      for (const cutoffHz of [0.1, 0.3, 2, 9.9]) {
        for (const s of butterworth(kind, order, cutoffHz, 20)) {
          expect(s.b0 + s.b1 + s.b2).toBe(kind === "lowpass" ? ONE + s.a1 + s.a2 : 0);
          expect(s.dcGain).toBe(kind === "lowpass" ? 1 : 0);
        }
      }
    }
  });

  it("is stable", () => {
    for (let order = 1; order <= 6; order++) {
      for (const s of butterworth(kind, order, 0.3, 100)) {
        // The stability triangle of a second-order denominator.
        expect(Math.abs(s.a2)).toBeLessThan(ONE);
        expect(Math.abs(s.a1)).toBeLessThan(ONE + s.a2);
      }
    }
  });
});

it.each([0, -1, 10, 11, NaN])("refuses a cutoff of %d Hz at 20 Hz", (cutoffHz) => {
  expect(() => butterworth("lowpass", 2, cutoffHz, 20)).toThrow(RangeError);
});

it("removes gravity from the accelerometer alone", () => {
  const stage = gravityRemoval(3, 0.3, 20);
  expect(stage).toMatchObject({ kind: "remove-gravity", channels: [0, 1, 2], subtract: true });
  expect(stage.sections).toEqual(butterworth("lowpass", 3, 0.3, 20));
});

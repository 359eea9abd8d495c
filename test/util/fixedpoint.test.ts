// The integer arithmetic against BigInt transcriptions of the reference's definitions.
import { describe, expect, it } from "vitest";
import {
  doublingHighMul,
  frexp,
  INT32_MAX,
  INT32_MIN,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
  roundingDivideByPowerOfTwo,
} from "../../src/util/fixedpoint.ts";
import { seededRandom } from "../../src/util/random.ts";

const EDGES = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  127,
  -128,
  65535,
  65536,
  -65536,
  1 << 30,
  -(1 << 30),
  INT32_MAX,
  INT32_MIN,
  INT32_MIN + 1,
];

function values(): number[] {
  const random = seededRandom("fixedpoint");
  return [...EDGES, ...Array.from({ length: 400 }, () => random.integer(2 ** 32 - 1) | 0)];
}

/** gemmlowp's SaturatingRoundingDoublingHighMul, in 64 bits; BigInt's division truncates as C's does. */
function referenceHighMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  const product = BigInt(a) * BigInt(b);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  return Number((product + nudge) / (1n << 31n));
}

/** gemmlowp's RoundingDivideByPOT. */
function referenceDivide(x: number, exponent: number): number {
  const mask = (1n << BigInt(exponent)) - 1n;
  const remainder = BigInt(x) & mask;
  const threshold = (mask >> 1n) + (x < 0 ? 1n : 0n);
  return Number((BigInt(x) >> BigInt(exponent)) + (remainder > threshold ? 1n : 0n));
}

describe("fixed-point arithmetic", () => {
  it("doublingHighMul equals the 64-bit definition on 173,000 pairs", () => {
    const numbers = values();
    for (const a of numbers) {
      for (const b of numbers) {
        const got = doublingHighMul(a, b);
        if (!Object.is(got, referenceHighMul(a, b)))
          expect({ a, b, got }).toEqual({ a, b, got: referenceHighMul(a, b) });
      }
    }
  });

  it("doublingHighMul equals it on products next to a rounding boundary, where a double cannot decide", () => {
    const random = seededRandom("boundary");
    for (let i = 0; i < 200_000; i++) {
      // Choose b odd and a so that a·b is within a few units of a multiple of 2^31 plus half of it.
      const b = (random.integer(1 << 30) + (1 << 30)) | 1;
      const target =
        BigInt(random.integer(2 ** 31) - 2 ** 30) * (1n << 31n) + (1n << 30n) + BigInt(random.integer(5) - 2);
      const a = Number(BigInt.asIntN(32, target / BigInt(b)));
      for (const near of [a - 1, a, a + 1]) {
        const got = doublingHighMul(near | 0, b);
        const want = referenceHighMul(near | 0, b);
        if (!Object.is(got, want)) expect({ near, b, got }).toEqual({ near, b, got: want });
      }
    }
    // Exactly on the boundary: powers of two times odd numbers, of either sign.
    for (let shift = 0; shift <= 30; shift++) {
      for (const odd of [1, -1, 3, -3, 5, -5, 7, -7]) {
        const a = Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, odd * 2 ** shift)) | 0;
        for (let other = 0; other <= 30; other++) {
          const b = 2 ** other;
          expect(doublingHighMul(a, b)).toBe(referenceHighMul(a, b));
          expect(doublingHighMul(a, -b)).toBe(referenceHighMul(a, -b));
        }
      }
    }
  });

  it("roundingDivideByPowerOfTwo equals its definition for every exponent", () => {
    for (const x of values()) {
      for (let exponent = 0; exponent <= 31; exponent++) {
        const got = roundingDivideByPowerOfTwo(x, exponent);
        if (got !== referenceDivide(x, exponent))
          expect({ x, exponent, got }).toEqual({ x, exponent, got: referenceDivide(x, exponent) });
      }
    }
  });

  it("rounds half away from zero on both sides", () => {
    expect([0.5, -0.5, 1.5, -1.5, 2.4, -2.4, 0.49999999999999994].map(roundHalfAway)).toEqual([
      1, -1, 2, -2, 2, -2, 0,
    ]);
    expect([5, -5, 6, -6].map((x) => roundingDivideByPowerOfTwo(x, 1))).toEqual([3, -3, 3, -3]);
  });

  it("takes doubles apart as frexp does", () => {
    for (const x of [1, 0.5, 0.75, 3, 1e-300, 5e-324, 2 ** 100, 0.1]) {
      const { fraction, exponent } = frexp(x);
      expect(fraction).toBeGreaterThanOrEqual(0.5);
      expect(fraction).toBeLessThan(1);
      expect(fraction * 2 ** Math.max(exponent, -1000) * 2 ** Math.min(exponent + 1000, 0)).toBe(x);
    }
  });

  it("quantizes multipliers at the edges as the reference does", () => {
    expect(quantizeMultiplier(0)).toEqual({ mantissa: 0, shift: 0 });
    expect(quantizeMultiplier(1)).toEqual({ mantissa: 2 ** 30, shift: 1 });
    expect(quantizeMultiplier(0.5)).toEqual({ mantissa: 2 ** 30, shift: 0 });
    // A fraction that rounds to 2^31 is halved and the exponent raised.
    expect(quantizeMultiplier(1 - 2 ** -40)).toEqual({ mantissa: 2 ** 30, shift: 1 });
    expect(quantizeMultiplier(2 ** -40)).toEqual({ mantissa: 0, shift: 0 });
    expect(quantizeMultiplier(2 ** -32)).toEqual({ mantissa: 2 ** 30, shift: -31 });
  });

  it("multiplies by a real number to within one unit", () => {
    const random = seededRandom("mbqm");
    for (let i = 0; i < 20000; i++) {
      const x = random.integer(1 << 24) - (1 << 23);
      const real = 2 ** (random.uniform() * 14 - 13);
      const { mantissa, shift } = quantizeMultiplier(real);
      expect(Math.abs(multiplyByQuantizedMultiplier(x, mantissa, shift) - x * real)).toBeLessThanOrEqual(
        1.01,
      );
    }
  });
});

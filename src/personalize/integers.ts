// Integer steps that JavaScript's doubles and C++'s int64_t do alike, as long as nothing leaves 53 bits. The C++ twin is
// firmware/bandsmith/nn/head_integers.h.
import { INT32_MAX, INT32_MIN } from "../util/fixedpoint.ts";

/** Nearest, ties away from zero. divisor > 0; |value| + divisor / 2 < 2^53, where a quotient's floor is exact. */
export function divideRounded(value: number, divisor: number): number {
  const half = Math.floor(divisor / 2);
  return value < 0 ? 0 - Math.floor((half - value) / divisor) : Math.floor((value + half) / divisor);
}

/** value / 2^bits, nearest, ties up. 1 ≤ bits. */
export function shiftRounded(value: number, bits: number): number {
  return Math.floor((value + 2 ** (bits - 1)) / 2 ** bits);
}

/** The same for any number of bits, where a negative one multiplies: |value| < 2^46, and within 53 bits multiplied. */
export function scaledDown(value: number, bits: number): number {
  return bits > 0 ? shiftRounded(value, bits) : value * 2 ** -bits;
}

/** The whole part of a square root. 0 ≤ value < 2^52: there a double's root is never rounded up to a whole number. */
export function squareRoot(value: number): number {
  return Math.floor(Math.sqrt(value));
}

/** How many bits a whole number ≥ 0 needs. */
export function bitLength(value: number): number {
  const high = Math.floor(value / 4294967296);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

export function saturateInt32(value: number): number {
  return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value;
}

// The shortest requantisation that gives the definition's outputs. Only the sums at which the output steps up matter, at
// most 255 a channel. A straight line, floor((x · mantissa + rounding · 2^q) / 2^(q + shift)), is exact if it puts each
// of those steps between the same two sums; the compiler looks for such a line and keeps the definition where there is
// none. As the definition rounds halves away from zero, sums below zero have a rounding of their own, which layers do
// without whose least output is the zero point (as after a ReLU).
import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from "../util/fixedpoint.ts";

/** What one channel's sums can be, and what comes of them. */
export interface LineChannel {
  /** The least and the largest sum, below and above zero or zero. */
  readonly least: number;
  readonly most: number;
  readonly scaling: QuantizedMultiplier;
  readonly zeroPoint: number;
  /** The least and the largest output. */
  readonly min: number;
  readonly max: number;
}

/** A line in one of the forms of line_scaling.h. */
export interface Line {
  readonly mantissa: number;
  /** For sums from zero on, with the zero point in it. */
  readonly rounding: number;
  /** What is added to it for sums below zero. */
  readonly negative: number;
  readonly shift: number;
  /** What is added to the sums before. */
  readonly offset: number;
  /** The nearest sums to zero that give the least and the largest output that there is. */
  readonly bottom: number;
  readonly top: number;
}

/** Products are worked out in doubles. */
const EXACT = 2 ** 53;
/** Of an offset: far more lines than are needed, and far less than sums have room for. */
const MOST_OFFSET = 2 ** 18;
const GUESSED = 8;
/** kSplitBits of line_scaling.h: the lower part of a split mantissa. */
export const SPLIT_BITS = 13;
/** Sums that matter, at most: kSumBits of line_scaling.h. */
const SUM_BITS = 18;
/** Bits of a split mantissa: its product with such a sum stays within 32 bits. */
const SPLIT_MANTISSA_BITS = 26;
/** With one less, so does any rounding added to the product of any sum of so many bits. */
const NARROW_MANTISSA_BITS = 25;
/** kFineSplitBits and kFineSumBits: a mantissa in three parts, for sums of more bits. */
export const FINE_SPLIT_BITS = 11;
const FINE_SUM_BITS = 20;
/** The product of such a sum with the highest part stays below 2^30. */
const FINE_MANTISSA_BITS = 32;
/** 2^shift times the 256 outputs and their zero point. */
const MOST_SHIFT = 22;

/** By the upper half of a 64-bit product, for layers whose least output is the zero point. */
export function highLine(channel: LineChannel): Line | null {
  if (channel.min !== channel.zeroPoint || shiftsLeft(channel)) return null;
  const { mantissa, shift } = channel.scaling;
  return lineFor(channel, { mantissa, shift: -shift - 1, dropped: 32 }, MOST_OFFSET);
}

/** By two products of 32 bits. */
export function splitLine(channel: LineChannel): Line | null {
  // Sums are clamped, outputs are not: from one on the last step may lead beyond the largest.
  if (shiftsLeft(channel)) return null;
  return lineOfBits(channel, SPLIT_MANTISSA_BITS) ?? lineOfBits(channel, NARROW_MANTISSA_BITS);
}

/** The same with room in the products, and clamped at the end: for rectified layers of all 256 outputs. */
export function narrowLine(channel: LineChannel): Line | null {
  return channel.zeroPoint === channel.min ? narrowSignedLine(channel) : null;
}

/** The same for any layer of all 256 outputs. */
export function narrowSignedLine(channel: LineChannel): Line | null {
  const { least, most, scaling } = channel;
  if (!hasAllOutputs(channel)) return null;
  // The definition's shift to the left wraps.
  if (shiftsLeft(channel) && Math.max(-least, most) * 2 ** scaling.shift >= 2 ** 31) return null;
  return lineOfBits(channel, NARROW_MANTISSA_BITS);
}

/** For rectified layers of all 256 outputs, by three products, where multipliers are so small that larger sums matter. */
export function fineLine(channel: LineChannel): Line | null {
  if (!hasAllOutputs(channel) || channel.zeroPoint !== channel.min || shiftsLeft(channel)) return null;
  // What a mantissa has more than the shift has room for is of no use.
  const bits = Math.min(FINE_MANTISSA_BITS, MOST_SHIFT + 2 * FINE_SPLIT_BITS + channel.scaling.shift);
  return lineOfBits(channel, bits, 2 * FINE_SPLIT_BITS, FINE_SUM_BITS);
}

/** Nothing but int8 clamps them. */
function hasAllOutputs({ min, max }: LineChannel): boolean {
  return min === -128 && max === 127;
}

/** Of multipliers from one on. */
function shiftsLeft({ scaling }: LineChannel): boolean {
  return scaling.mantissa !== 0 && scaling.shift > 0;
}

function lineOfBits(
  channel: LineChannel,
  bits: number,
  dropped = SPLIT_BITS,
  sumBits = SUM_BITS,
): Line | null {
  const { mantissa, shift } = channel.scaling;
  const nearest = Math.min(2 ** bits - 1, Math.round(mantissa / 2 ** (31 - bits)));
  for (const step of [0, 1, -1]) {
    if (nearest + step >= 2 ** bits) continue;
    const line = lineFor(channel, { mantissa: nearest + step, shift: bits - dropped - shift, dropped }, 0);
    if (line !== null && line.top < 2 ** sumBits && line.bottom > -(2 ** sumBits)) return line;
  }
  return null;
}

interface Slope {
  readonly mantissa: number;
  readonly shift: number;
  /** q: bits of the product that are dropped before the rounding is added. */
  readonly dropped: number;
}

function lineFor(channel: LineChannel, { mantissa, shift, dropped }: Slope, offsets: number): Line | null {
  const { zeroPoint, scaling } = channel;
  if (shift < 0 && scaling.mantissa !== 0) return null;
  const above = stepsAbove(channel);
  const below = stepsBelow(channel);
  const bottom = below.length === 0 ? 0 : below.at(-1)!.sum - 1;
  const top = above.at(-1)?.sum ?? 0;
  const one = 2 ** (dropped + shift);
  const nothing = { mantissa: 0, rounding: zeroPoint, negative: 0, shift: 0, offset: 0, bottom: 0, top: 0 };
  if (above.length + below.length === 0) return nothing;
  if (shift > MOST_SHIFT || one * 2 ** 8 >= EXACT) return null;
  const grain = 2 ** dropped;
  const window = windowOf(above, one, mantissa);
  // Sums may be clamped to bottom and top, so that zero must give the zero point.
  const positive = { ...window, least: Math.max(0, window.least) };
  const negative = windowOf(below, one, mantissa);
  for (let offset = 0; offset <= offsets; offset++) {
    const rounding = roundingIn(positive, mantissa * offset, grain);
    const lower = below.length === 0 ? rounding : roundingIn(negative, mantissa * offset, grain);
    if (rounding === null || lower === null) continue;
    const own = rounding + zeroPoint * 2 ** shift;
    return { mantissa, rounding: own, negative: lower - rounding, shift, offset, bottom, top };
  }
  return null;
}

/** An output, less the zero point, and the first sum that gives it. */
interface Step {
  readonly value: number;
  readonly sum: number;
}

/** Where the rounding must lie, [least, most), for each step to be reached there and not before. */
interface Window {
  readonly least: number;
  readonly most: number;
}

function windowOf(steps: readonly Step[], one: number, mantissa: number): Window {
  // Without a step, zero must give the zero point.
  if (steps.length === 0) return { least: 0, most: one };
  const reached = steps.map(({ value, sum }) => value * one - mantissa * sum);
  return { least: Math.max(...reached), most: Math.min(...reached) + mantissa };
}

function roundingIn({ least, most }: Window, offset: number, grain: number): number | null {
  const rounding = Math.ceil((least - offset) / grain);
  return rounding * grain < most - offset ? rounding : null;
}

/**
 * The steps above the zero point, as far as sums and outputs reach, and the next one, which must not come too early: all at
 * sums above zero.
 */
function stepsAbove({ most, scaling, zeroPoint, max }: LineChannel): Step[] {
  const steps: Step[] = [];
  for (let value = 1; value <= max - zeroPoint; value++) {
    const sum = firstSumOf(value, scaling, most);
    if (sum === null) break;
    steps.push({ value, sum });
    if (sum > most) break;
  }
  return steps;
}

/** Those to the zero point and to lower outputs, and the next one, which must not come too late: all at sums below zero. */
function stepsBelow({ least, scaling, zeroPoint, min }: LineChannel): Step[] {
  const steps: Step[] = [];
  for (let value = 0; value > min - zeroPoint; value--) {
    const sum = firstSumOf(value, scaling, -least);
    if (sum === null) break;
    steps.push({ value, sum });
    if (sum <= least) break;
  }
  return steps;
}

/** The least sum whose output is the zero point plus `value` or more; null where it is beyond ±`furthest`. */
function firstSumOf(
  value: number,
  { mantissa, shift }: QuantizedMultiplier,
  furthest: number,
): number | null {
  if (mantissa === 0) return null;
  const half = value > 0 ? 0.5 : -0.5;
  let sum = Math.ceil((((value - 0.5) * 2 ** -shift - half) * 2 ** 31) / mantissa);
  // The guess is off by a few at most.
  if (Math.abs(sum) - GUESSED > furthest) return null;
  const outputAt = (x: number): number => multiplyByQuantizedMultiplier(x, mantissa, shift);
  while (outputAt(sum - 1) >= value) sum--;
  while (outputAt(sum) < value) sum++;
  return sum;
}

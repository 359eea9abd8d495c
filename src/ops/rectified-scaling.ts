// The shortest requantisation that gives the definition's outputs, for layers whose least output is their zero point
// (as after a ReLU). Only the sums at which the output steps up then matter, at most 255 a channel and all above zero.
// A straight line, floor((x · mantissa + rounding · 2^q) / 2^(q + shift)), is exact if it puts each of those steps
// between the same two sums; the compiler looks for such a line and keeps the definition where there is none.
import { multiplyByQuantizedMultiplier } from "../util/fixedpoint.ts";
import type { Scaling } from "./channel-scaling.ts";

/** What one channel's sums can be, and what comes of them. */
export interface RectifiedChannel {
  /** The largest sum. */
  readonly most: number;
  readonly scaling: Scaling;
  /** The output's zero point, which is also the least output. */
  readonly zeroPoint: number;
  /** The largest output. */
  readonly max: number;
}

/** A line in one of the two forms of rectified_scaling.h. */
export interface Line {
  readonly mantissa: number;
  /** With the zero point in it. */
  readonly rounding: number;
  readonly shift: number;
  /** What is added to the sums before. */
  readonly offset: number;
  /** The first sum that gives the largest output; 0 where no sum gives more than the least. */
  readonly top: number;
}

/** Products are worked out in doubles. */
const EXACT = 2 ** 53;
/** Of an offset: far more lines than are needed, and far less than sums have room for. */
const MOST_OFFSET = 2 ** 14;
const GUESSED = 8;
/** kSplitBits of rectified_scaling.h: the lower part of a split mantissa. */
export const SPLIT_BITS = 13;
/** Bits of a split mantissa: both parts times a sum below 2^18 stay within 32 bits. */
const SPLIT_MANTISSA_BITS = 26;
export const SPLIT_SUM_BITS = 18;

/** By the upper half of a 64-bit product. */
export function highLine(channel: RectifiedChannel): Line | null {
  const { mantissa, shift } = channel.scaling;
  return lineFor(channel, { mantissa, shift: -shift - 1, dropped: 32 }, MOST_OFFSET);
}

/** By two products of 32 bits. */
export function splitLine(channel: RectifiedChannel): Line | null {
  const { mantissa, shift } = channel.scaling;
  const fraction = 31 - SPLIT_MANTISSA_BITS;
  for (const less of [0, 1]) {
    const bits = SPLIT_MANTISSA_BITS - less - SPLIT_BITS;
    const nearest = Math.min(2 ** (SPLIT_BITS + bits) - 1, Math.round(mantissa / 2 ** (fraction + less)));
    for (const step of [0, 1, -1]) {
      const slope = { mantissa: nearest + step, shift: bits - shift, dropped: SPLIT_BITS };
      if (slope.mantissa >= 2 ** SPLIT_MANTISSA_BITS) continue;
      const line = lineFor(channel, slope, 0);
      // Sums are clamped to 0 and the top, and 0 gives no less than the zero point.
      const holds = line !== null && line.top < 2 ** SPLIT_SUM_BITS;
      if (holds && line.rounding >= channel.zeroPoint * 2 ** line.shift) return line;
    }
  }
  return null;
}

interface Slope {
  readonly mantissa: number;
  readonly shift: number;
  /** q: bits of the product that are dropped before the rounding is added. */
  readonly dropped: number;
}

function lineFor(
  channel: RectifiedChannel,
  { mantissa, shift, dropped }: Slope,
  offsets: number,
): Line | null {
  const steps = stepsOf(channel);
  const top = steps.at(-1) ?? 0;
  if (top === 0) return { mantissa: 0, rounding: channel.zeroPoint, shift: 0, offset: 0, top };
  const one = 2 ** (dropped + shift);
  // 2^8 covers the largest step; the rounding must leave room for the zero point in 32 bits.
  if (shift < 0 || one * 2 ** 8 >= EXACT || 2 ** shift * 2 ** 8 > 2 ** 31) return null;
  // At each step, and not before it: the rounding lies in [least, most).
  let least = -Infinity;
  let most = Infinity;
  steps.forEach((sum, i) => {
    const reached = (i + 1) * one - mantissa * sum;
    least = Math.max(least, reached);
    most = Math.min(most, reached + mantissa);
  });
  const grain = 2 ** dropped;
  for (let offset = 0; offset <= offsets; offset++) {
    const rounding = Math.ceil((least - mantissa * offset) / grain);
    if (rounding * grain < most - mantissa * offset) {
      return { mantissa, rounding: rounding + channel.zeroPoint * 2 ** shift, shift, offset, top };
    }
  }
  return null;
}

/** The least sum that gives zero point + 1, + 2, … as far as sums and outputs reach. */
function stepsOf({ most, scaling: { mantissa, shift }, zeroPoint, max }: RectifiedChannel): number[] {
  if (mantissa === 0) return [];
  const outputAt = (sum: number): number => multiplyByQuantizedMultiplier(sum, mantissa, shift);
  const steps: number[] = [];
  for (let value = 1; value <= max - zeroPoint; value++) {
    let sum = Math.ceil((((value - 0.5) * 2 ** -shift - 0.5) * 2 ** 31) / mantissa);
    // The guess is off by a few at most.
    if (sum - GUESSED > most) break;
    while (outputAt(sum - 1) >= value) sum--;
    while (outputAt(sum) < value) sum++;
    if (sum > most) break;
    steps.push(sum);
  }
  return steps;
}

// ADD and SUB in two products: a plane over both stored inputs, floor((start + left · x + right · z) / 2^shift), that
// gives the definition's output, clamped, for each of the 65,536 pairs. The definition rounds three times and halves away
// from zero; its outputs are still those of some plane nearly always, since few pairs come so close to a step that the
// roundings tell. The compiler looks for it around the real multipliers, with all pairs as its judge.

/** SumPlane of plane_sum.h. */
export interface SumPlane {
  readonly left: number;
  readonly right: number;
  readonly start: number;
  readonly shift: number;
}

/** What the definition makes of both stored inputs. */
export interface PairOutputs {
  /** The output for stored inputs x and z, clamped, at 256 · (x + 128) + z + 128. */
  readonly outputs: Int8Array;
  /** The least and the largest output. */
  readonly min: number;
  readonly max: number;
  /** Outputs a step of each stored input, and the output of two zeros: real numbers, before any rounding. */
  readonly real: { readonly left: number; readonly right: number; readonly start: number };
}

const STORED = 256;
const LEAST = -128;
/** Slopes are tried so many units to both sides: on ties, which the definition rounds away from zero, they must be steeper. */
const REACH = 16;
/** How far, in outputs, the definition may be from the real sum; more would only look at more pairs. */
const DEFINITION_ERROR = 2 ** -17;

/** How many pairs are looked at in all, at most: sums that are all near a step have a plane among the first, or none. */
const MOST_LOOKS = 2 ** 23;

/** Pairs of units to both sides, the nearest first. */
const NEIGHBOURS: readonly (readonly [number, number])[] = Array.from(
  { length: (2 * REACH + 1) ** 2 },
  (_, i) => [(i % (2 * REACH + 1)) - REACH, Math.floor(i / (2 * REACH + 1)) - REACH] as const,
).sort(([a, b], [c, d]) => a * a + b * b - c * c - d * d);

/** Null where none was found. */
export function sumPlane(pairs: PairOutputs): SumPlane | null {
  const { real } = pairs;
  const ends = cornersOf(real.left, real.right, real.start).map(Math.abs);
  // As fine as 32 bits allow, with an output to spare for steeper slopes.
  const shift = Math.min(30, Math.floor(Math.log2(2 ** 31 / (Math.max(...ends) + 1))));
  if (shift < 0) return null;
  const one = 2 ** shift;
  const [left, right] = [Math.round(real.left * one), Math.round(real.right * one)];
  const near = pairsNearSteps(pairs, ((REACH + 1) * STORED) / one + DEFINITION_ERROR);
  for (const [dl, dr] of NEIGHBOURS.slice(0, Math.floor(MOST_LOOKS / near.length))) {
    const slopes = { left: left + dl, right: right + dr, one };
    if (startsFor(pairs, slopes, near) === null) continue;
    const window = startsFor(pairs, slopes, ALL_PAIRS);
    if (window === null) continue;
    const start = startIn(window, slopes);
    if (start !== null) return { left: slopes.left, right: slopes.right, start, shift };
  }
  return null;
}

interface Slopes {
  readonly left: number;
  readonly right: number;
  /** 2^shift. */
  readonly one: number;
}

/** Of a plane over the stored inputs. */
function cornersOf(left: number, right: number, start: number): number[] {
  const ends = [LEAST, LEAST + STORED - 1];
  return ends.flatMap((x) => ends.map((z) => start + left * x + right * z));
}

const ALL_PAIRS = Int32Array.from({ length: STORED * STORED }, (_, i) => i);

/** The pairs whose real sum is so close to where the output steps up. */
function pairsNearSteps({ real }: PairOutputs, distance: number): Int32Array {
  const found: number[] = [];
  for (let pair = 0; pair < ALL_PAIRS.length; pair++) {
    const sum = real.start + real.left * leftOf(pair) + real.right * rightOf(pair);
    const above = sum - Math.floor(sum);
    if (above < distance || 1 - above < distance) found.push(pair);
  }
  return Int32Array.from(found);
}

const leftOf = (pair: number): number => (pair >> 8) + LEAST;
const rightOf = (pair: number): number => (pair & 0xff) + LEAST;

/** Where a plane with those slopes must start, [least, most), to give all of those pairs their outputs; null: nowhere. */
function startsFor(
  { outputs, min, max }: PairOutputs,
  { left, right, one }: Slopes,
  pairs: Int32Array,
): readonly [least: number, most: number] | null {
  let least = -Infinity;
  let most = Infinity;
  for (let i = 0; i < pairs.length; i++) {
    const pair = pairs[i]!;
    const rest = outputs[pair]! * one - left * leftOf(pair) - right * rightOf(pair);
    if (outputs[pair]! > min) least = Math.max(least, rest);
    if (outputs[pair]! < max) most = Math.min(most, rest + one);
    if (least >= most) return null;
  }
  return [least, most];
}

/** In the middle; null where the sum of some pair would not be an int32. */
function startIn([least, most]: readonly [number, number], { left, right }: Slopes): number | null {
  const start = startBetween(least, most);
  const fits = cornersOf(left, right, start).every((sum) => sum >= -(2 ** 31) && sum < 2 ** 31);
  return fits ? start : null;
}

/** Where all outputs are the least or all the largest, there is but one bound. */
function startBetween(least: number, most: number): number {
  if (least === -Infinity) return most === Infinity ? 0 : most - 1;
  return most === Infinity ? least : Math.floor((least + most - 1) / 2);
}

// Sums to int8 outputs: multiplyByQuantizedMultiplier, zero point and clamp for a whole layer at once.
import type { Operand } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { multiplyByQuantizedMultiplier } from "../util/fixedpoint.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { asInt8, type ChannelMultipliers, perTensor } from "./quantization.ts";

/** What the outputs are clamped to, before the zero point is added. */
interface Bounds {
  readonly zeroPoint: number;
  readonly lowest: number;
  readonly highest: number;
}

/** A layer's sums of input × weight. */
export interface ChannelSums {
  /** Elements from one row of sums to the next: the channels, or some more. */
  readonly pitch: number;
  /** The sum of each channel's weights. */
  readonly weightSums: Float64Array;
  /** Adds to `sums`, [rows, pitch], the products of the input's present values, whatever their zero point. */
  readonly add: (sums: Float64Array) => void;
}

/**
 * An int8 layer around its sums: biases before, requantisation after. The sums are exact integers in doubles, and
 * are taken modulo 2^32 as the kernels' int32 is.
 */
export function bindRequantized(
  { pitch, weightSums, add }: ChannelSums,
  bias: Int32Array,
  input: Tensor,
  multipliers: ChannelMultipliers,
  activation: FusedActivation,
  output: Operand,
): () => void {
  const y = asInt8(output.data);
  const { zeroPoint } = perTensor(output.tensor);
  const { min, max } = int8Range(activation, output.tensor);
  // V8 may hold a whole number as a double and would then calculate with doubles throughout; after `| 0` it does not.
  const bounds = { zeroPoint: zeroPoint | 0, lowest: (min - zeroPoint) | 0, highest: (max - zeroPoint) | 0 };
  const constants = constantsOf(multipliers);
  // Σ (x − zero) · w = Σ x · w − zero · Σ w: the input's zero point goes into the biases.
  const start = new Float64Array((y.length / bias.length) * pitch);
  for (let row = 0; row < start.length; row += pitch) {
    for (let c = 0; c < bias.length; c++)
      start[row + c] = bias[c]! - perTensor(input).zeroPoint * weightSums[c]!;
  }
  const sums = new Float64Array(start.length);
  return () => {
    sums.set(start);
    add(sums);
    if (constants === null) byDefinition(sums, pitch, multipliers, bounds, y);
    else branchFree(sums, pitch, constants, bounds, y);
  };
}

/** Any multiplier. */
function byDefinition(
  sums: Float64Array,
  pitch: number,
  { mantissas, shifts }: ChannelMultipliers,
  { zeroPoint, lowest, highest }: Bounds,
  y: Int8Array,
): void {
  for (let row = 0, index = 0; index < y.length; row += pitch) {
    for (let c = 0; c < mantissas.length; c++) {
      const scaled = multiplyByQuantizedMultiplier(sums[row + c]! | 0, mantissas[c]!, shifts[c]!);
      y[index++] = Math.min(Math.max(scaled, lowest), highest) + zeroPoint;
    }
  }
}

/** Doubles a channel in the table of constants. */
const FIELDS = 4;

/**
 * The constants of `branchFree`, or null where a multiplier is not below one half, which hardly a trained layer has.
 *
 * With x the sum, m = high · 2^16 + low the mantissa and e ≥ 1 the shift to the right, the two roundings are
 *   h = floor((x · m + 2^30) / 2^31)           SaturatingRoundingDoublingHighMul for m ≥ 0: half up
 *   r = floor((h + 2^(e−1) − negative) / 2^e)  RoundingDivideByPOT, with negative = 1 where h < 0, else 0
 * Floors nest, so that r is a single floor of x · high + floor(x · low / 2^16) and constants, over 2^(15 + e). All of
 * these are doubles without rounding, below 2^48. `negative` may as well be 1 where x < 0: if then h is 0, so is r.
 */
function constantsOf({ mantissas, shifts }: ChannelMultipliers): Float64Array | null {
  if (shifts.some((shift, c) => shift >= 0 && mantissas[c] !== 0)) return null;
  const constants = new Float64Array(mantissas.length * FIELDS);
  mantissas.forEach((mantissa, c) => {
    const right = Math.max(1, -shifts[c]!);
    const rounding = 2 ** 14 + 2 ** (right - 1 + 15);
    constants.set([mantissa >> 16, (mantissa & 0xffff) / 65536, rounding, 2 ** -(15 + right)], c * FIELDS);
  });
  return constants;
}

/**
 * No branch depends on a value: with real data it would be mispredicted every other time, and that costs more than all
 * the arithmetic. The results before the clamp lie within 2^30, so that the differences to the bounds do not overflow.
 */
function branchFree(
  sums: Float64Array,
  pitch: number,
  constants: Float64Array,
  { zeroPoint, lowest, highest }: Bounds,
  y: Int8Array,
): void {
  for (let row = 0, index = 0; index < y.length; row += pitch) {
    for (let k = 0, s = row; k < constants.length; k += FIELDS, s++) {
      const x = sums[s]! | 0;
      const product = x * constants[k]! + Math.floor(x * constants[k + 1]!);
      const rounded = product + constants[k + 2]! + ((x >> 31) & -32768);
      const scaled = Math.floor(rounded * constants[k + 3]!) | 0;
      // max(scaled, lowest), then min(…, highest), with the sign of a difference as a mask.
      const above = (scaled - lowest) | 0;
      const beyond = (lowest + (above & ~(above >> 31)) - highest) | 0;
      y[index++] = highest + (beyond & (beyond >> 31)) + zeroPoint;
    }
  }
}

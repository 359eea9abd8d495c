// The sums of an LSTM's gates as the fast kernels scale them.
import type { KernelNumbers } from "../ir/kernel.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { type QuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { type Channel, scalingOf } from "./channel-scaling.ts";
import { constantOf } from "./kernel-fields.ts";
import { gateMultipliers } from "./lstm-int8.ts";
import { perTensor } from "./quantization.ts";

/** One of the two products of all gates. */
export interface GateSums {
  /** One a gate, [unit, depth]. */
  readonly weights: readonly Tensor[];
  readonly depth: number;
  readonly units: number;
  /** ChannelScaling, [gate, unit]. */
  readonly scalings: readonly (readonly (readonly number[])[])[];
  /** What the sums of each gate are shifted to the left by before. */
  readonly lefts: readonly number[];
  /** Whether a gate has a multiplier from one half on: only WideScaling or shifted weights do then. */
  readonly isWide: boolean;
}

/** Shifted so far, weights still are int16. */
const MOST_LEFT = 8;

/** Null where the short requantisation does not hold, or weights have a zero point. */
export function gateSums(
  quant: PerTensorQuantization,
  weights: readonly Tensor[],
  biases: readonly Tensor[] | null,
): GateSums | null {
  const [units, depth] = weights[0]!.shape as [number, number];
  if (weights.some((tensor) => perTensor(tensor).zeroPoint !== 0)) return null;
  const multipliers = gateMultipliers(quant, weights).map(quantizeMultiplier);
  const scalings: (readonly number[])[][] = [];
  for (const [gate, tensor] of weights.entries()) {
    const own: (readonly number[])[] = [];
    for (let unit = 0; unit < units; unit++) {
      const row = constantOf(tensor).slice(unit * depth, (unit + 1) * depth);
      const channel = { weights: [...row], bias: biases === null ? 0 : constantOf(biases[gate]!)[unit]! };
      const scaling = gateScaling(channel, quant.zeroPoint, multipliers[gate]!);
      if (scaling === null) return null;
      own.push(scaling);
    }
    scalings.push(own);
  }
  const lefts = multipliers.map(leftShift);
  return { weights, depth, units, scalings, lefts, isWide: scalings.some(([first]) => first![3] === 0) };
}

function leftShift({ shift }: QuantizedMultiplier): number {
  return Math.max(0, shift);
}

/** As scalingOf; for multipliers from one half on, whose high product is the result, with a shift of 0. */
function gateScaling(
  channel: Channel,
  inputZeroPoint: number,
  multiplier: QuantizedMultiplier,
): readonly number[] | null {
  if (multiplier.shift < 0 || multiplier.mantissa === 0) {
    return scalingOf(channel, inputZeroPoint, 0, multiplier);
  }
  const left = leftShift(multiplier);
  if (left > MOST_LEFT) return null;
  // The bounds are those of sums 2^left times as large.
  const shifted = { weights: channel.weights.map((w) => w * 2 ** left), bias: channel.bias * 2 ** left };
  const bounded = scalingOf(shifted, inputZeroPoint, 0, { ...multiplier, shift: -1 });
  return bounded && [bounded[0]! / 2 ** left, multiplier.mantissa, 0, 0];
}

/** The units share their gates' multipliers; where a sum begins is in a table of its own. */
export function gateScalings({ scalings }: GateSums): KernelNumbers {
  return scalings.map(([first]) => [0, ...first!.slice(1)]);
}

/** The same as WideScaling. */
export function wideGateScalings({ scalings, lefts }: GateSums): KernelNumbers {
  return scalings.map(([first], gate) => [0, ...first!.slice(1), lefts[gate]!, first![3] === 0 ? 0 : -1]);
}

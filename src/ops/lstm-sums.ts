// The sums of an LSTM's gates as the fast kernels scale them.
import type { KernelNumbers } from "../ir/kernel.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { quantizeMultiplier } from "../util/fixedpoint.ts";
import { scalingOf } from "./channel-scaling.ts";
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
}

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
      const scaling = scalingOf(channel, quant.zeroPoint, 0, multipliers[gate]!);
      if (scaling === null) return null;
      own.push(scaling);
    }
    scalings.push(own);
  }
  return { weights, depth, units, scalings };
}

/** The units share their gates' multipliers; where a sum begins is in a table of its own. */
export function gateScalings(scalings: GateSums["scalings"]): KernelNumbers {
  return scalings.map(([first]) => [0, ...first!.slice(1)]);
}

// The constants of channel_scaling.h, where a layer's sums allow its short form of the requantisation.
import type { KernelField, KernelTable } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { constantOf } from "./kernel-fields.ts";
import { convolutionMultipliers, perTensor } from "./quantization.ts";

const MEMBERS = 4;
/** Any stored input. */
const LARGEST_INPUT = 128;

/** Sums below it have a high product by halves. */
const LARGEST_SUM = 2 ** 23;

/** What one channel's sums are: weights without a zero point, and the bias. */
export interface Channel {
  readonly weights: readonly number[];
  readonly bias: number;
}

export interface Scaling {
  readonly mantissa: number;
  readonly shift: number;
}

/**
 * Four numbers a channel, or null where a step of the short form could leave 32 bits or a multiplier is not below one
 * half, which no trained layer's is.
 */
export function scalingOf(
  { weights, bias }: Channel,
  inputZeroPoint: number,
  outputZeroPoint: number,
  { mantissa, shift }: Scaling,
): readonly number[] | null {
  if (shift >= 0 && mantissa !== 0) return null;
  const right = Math.max(1, -shift);
  const start = bias - inputZeroPoint * weights.reduce((sum, weight) => sum + weight, 0);
  const furthest =
    Math.abs(start) + LARGEST_INPUT * weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const rounding = 2 ** (right - 1) + outputZeroPoint * 2 ** right;
  if (furthest >= LARGEST_SUM || LARGEST_SUM + Math.abs(rounding) >= 2 ** 31) return null;
  return [start, mantissa, rounding, right];
}

/** Of the channels of a convolution or a dense layer, rounded up to whole blocks; null where a channel has none. */
export function channelScalings(
  [input, weights, bias]: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  weightsOf: (channel: number) => readonly number[],
  block: number,
): KernelTable | null {
  const biases = constantOf(bias);
  const { mantissas, shifts } = convolutionMultipliers(input, weights, output, biases.length);
  const [inputZero, outputZero] = [perTensor(input).zeroPoint, perTensor(output).zeroPoint];
  const channels = Array.from(biases, (value, c) =>
    scalingOf({ weights: weightsOf(c), bias: value }, inputZero, outputZero, {
      mantissa: mantissas[c]!,
      shift: shifts[c]!,
    }),
  );
  if (!channels.every((channel) => channel !== null)) return null;
  const missing = (block - (channels.length % block)) % block;
  const values = [...channels.flat(), ...new Array<number>(missing * MEMBERS).fill(0)];
  return scalingTable(values);
}

function scalingTable(values: readonly number[]): KernelTable {
  return { name: "Channels", type: "int32_t", values, record: { type: "ChannelScaling", members: MEMBERS } };
}

/** ClampedRange of channel_scaling.h. */
export function clampField(activation: FusedActivation, output: Tensor): KernelField {
  const { min, max } = int8Range(activation, output);
  return [[min, max], "least and largest output"];
}

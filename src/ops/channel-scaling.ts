// The constants of channel_scaling.h, where a layer's sums allow its short form of the requantisation.
import type { KernelField, KernelTable, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { constantOf } from "./kernel-fields.ts";
import { highLine, type Line, SPLIT_BITS, splitLine } from "./line-scaling.ts";
import { convolutionMultipliers, perTensor } from "./quantization.ts";

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

/** The channels of a layer, and which struct of channel_scaling.h or line_scaling.h has them. */
export interface ChannelScalings {
  readonly type: "ChannelScaling" | "HighScaling" | "SplitScaling" | "SignedScaling";
  readonly table: KernelTable;
  /** For a SplitScaling, no sum above it matters. */
  readonly top: number;
}

/** Of a convolution or a dense layer, channels rounded up to whole blocks; null where one channel has none. */
export function channelScalings(
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  activation: FusedActivation,
  weightsOf: (channel: number) => readonly number[],
  block: number,
  target: KernelTarget,
): ChannelScalings | null {
  const biases = constantOf(inputs[2]);
  const { mantissas, shifts } = convolutionMultipliers(inputs[0], inputs[1], output, biases.length);
  const [inputZero, outputZero] = [perTensor(inputs[0]).zeroPoint, perTensor(output).zeroPoint];
  const { min, max } = int8Range(activation, output);
  const channels = Array.from(biases, (bias, c) => ({ weights: weightsOf(c), bias }));
  const multipliers = channels.map((_, c) => ({ mantissa: mantissas[c]!, shift: shifts[c]! }));
  const general = channels.map((channel, c) => scalingOf(channel, inputZero, outputZero, multipliers[c]!));
  if (!general.every((scaling) => scaling !== null)) return null;
  const starts = general.map(([start]) => start!);
  const lines = channels.map((channel, c) => {
    const [least, most] = boundsOf(channel, inputZero);
    const own = { least, most, scaling: multipliers[c]!, zeroPoint: outputZero, min, max };
    return target.highProduct ? highLine(own) : splitLine(own);
  });
  if (lines.every((line) => line !== null)) return lineScalings(lines, starts, block, target);
  return { type: "ChannelScaling", table: scalingTable("ChannelScaling", general, block), top: 0 };
}

/** The least and the largest sum that stored inputs can make, and zero. */
function boundsOf(
  { weights, bias }: Channel,
  inputZeroPoint: number,
): readonly [least: number, most: number] {
  const ends = [-128 - inputZeroPoint, 127 - inputZeroPoint] as const;
  const sums = [Math.min, Math.max].map((choose) =>
    weights.reduce((sum, weight) => sum + choose(weight * ends[0], weight * ends[1]), bias),
  );
  return [Math.min(0, sums[0]!), Math.max(0, sums[1]!)];
}

function lineScalings(
  lines: readonly Line[],
  starts: readonly number[],
  block: number,
  { highProduct }: KernelTarget,
): ChannelScalings {
  const isSigned = lines.some(({ bottom }) => bottom < 0);
  const type = highProduct ? "HighScaling" : isSigned ? "SignedScaling" : "SplitScaling";
  const records = lines.map(({ mantissa, rounding, negative, shift, offset, bottom, top }, c) => {
    const start = starts[c]! + offset;
    if (highProduct) return [start, mantissa, rounding, shift];
    const line = [Math.floor(mantissa / 2 ** SPLIT_BITS), mantissa % 2 ** SPLIT_BITS, rounding, shift];
    return isSigned ? [start, bottom, top, ...line, negative] : [start, top, ...line];
  });
  return { type, table: scalingTable(type, records, block), top: Math.max(...lines.map(({ top }) => top)) };
}

function scalingTable(
  type: ChannelScalings["type"],
  records: readonly (readonly number[])[],
  block: number,
): KernelTable {
  const members = records[0]!.length;
  const missing = (block - (records.length % block)) % block;
  const values = [...records.flat(), ...new Array<number>(missing * members).fill(0)];
  return { name: "Channels", type: "int32_t", values, record: { type, members } };
}

/** What a member says to the reader of the generated file. */
export function scalingField({ type, table }: ChannelScalings): KernelField {
  const members = {
    ChannelScaling: "start, mantissa, rounding, shift",
    HighScaling: "start, mantissa, rounding, shift",
    SplitScaling: "start, top, mantissa in two parts, rounding, shift",
    SignedScaling: "start, bottom, top, mantissa in two parts, rounding, shift, rounding added below zero",
  };
  return [table, `${members[type]} of each channel`];
}

/** ClampedRange of channel_scaling.h. */
export function clampField(activation: FusedActivation, output: Tensor): KernelField {
  const { min, max } = int8Range(activation, output);
  return [[min, max], "least and largest output"];
}

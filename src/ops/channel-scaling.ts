// The constants by which a layer's sums become its outputs: of line_scaling.h or channel_scaling.h, the short forms of the
// requantisation, where its sums allow one, and otherwise of defined_scaling.h.
import type { KernelField, KernelTable, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { QuantizedMultiplier } from "../util/fixedpoint.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { constantOf } from "./kernel-fields.ts";
import {
  FINE_SPLIT_BITS,
  fineLine,
  highLine,
  type Line,
  type LineChannel,
  narrowLine,
  narrowSignedLine,
  SPLIT_BITS,
  splitLine,
} from "./line-scaling.ts";
import { convolutionMultipliers, perTensor } from "./quantization.ts";

/** Any stored input. */
const LARGEST_INPUT = 128;

/** Sums below it have a high product by halves. */
const LARGEST_SUM = 2 ** 24;
/** Sums below it can be added up from anywhere within 32 bits, and the kernels' own shifts of the start with them. */
const LARGEST_DEFINED_SUM = 2 ** 30;

/** What one channel's sums are: weights without a zero point, and the bias. */
export interface Channel {
  readonly weights: readonly number[];
  readonly bias: number;
}

/**
 * ChannelScaling's numbers, or null where a step of it could leave 32 bits or a multiplier is not below one
 * half: an LSTM's gates have such when trained (lstm-sums.ts), of other layers a channel now and then.
 */
export function scalingOf(
  channel: Channel,
  inputZeroPoint: number,
  outputZeroPoint: number,
  multiplier: QuantizedMultiplier,
): readonly number[] | null {
  const { start, furthest } = sumsOf(channel, inputZeroPoint);
  return furthest < LARGEST_SUM ? generalScaling(start, outputZeroPoint, multiplier, false) : null;
}

/** Where the sums of stored inputs begin, and what none of them nor of their parts is beyond. */
function sumsOf(
  { weights, bias }: Channel,
  inputZeroPoint: number,
): { readonly start: number; readonly furthest: number } {
  const start = bias - inputZeroPoint * weights.reduce((sum, weight) => sum + weight, 0);
  const reach = LARGEST_INPUT * weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return { start, furthest: Math.abs(start) + reach };
}

/**
 * ChannelScaling of sums below 2^24.
 * @param isRectified the least output is the zero point: then multipliers below one do
 */
function generalScaling(
  start: number,
  outputZeroPoint: number,
  { mantissa, shift }: QuantizedMultiplier,
  isRectified: boolean,
): readonly number[] | null {
  // Without a second shift, sums below zero come out one too low, and a rectified output is clamped there.
  if (mantissa !== 0 && shift > (isRectified ? 0 : -1)) return null;
  const right = mantissa === 0 ? 1 : 0 - shift;
  const rounding = (right === 0 ? 0 : 2 ** (right - 1)) + outputZeroPoint * 2 ** right;
  return LARGEST_SUM + Math.abs(rounding) < 2 ** 31 ? [start, mantissa, rounding, right] : null;
}

/** A struct of line_scaling.h, channel_scaling.h or defined_scaling.h. */
type ScalingType = ShortType | "DefinedScaling";
type ShortType =
  | "HighScaling"
  | "NarrowScaling"
  | "NarrowSignedScaling"
  | "FineScaling"
  | "SplitScaling"
  | "SignedScaling"
  | "ChannelScaling";

/** The channels of a layer, and which struct has them. */
export interface ChannelScalings {
  readonly type: ScalingType;
  readonly table: KernelTable;
}

/** Of a convolution or a dense layer, channels rounded up to whole blocks; null where sums could leave 32 bits. */
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
  const [inputZero, zeroPoint] = [perTensor(inputs[0]).zeroPoint, perTensor(output).zeroPoint];
  const { min, max } = int8Range(activation, output);
  let furthest = 0;
  const channels = Array.from(biases, (bias, c): SummedChannel => {
    const channel = { weights: weightsOf(c), bias };
    const sums = sumsOf(channel, inputZero);
    furthest = Math.max(furthest, sums.furthest);
    const [least, most] = boundsOf(channel, inputZero);
    const scaling = { mantissa: mantissas[c]!, shift: shifts[c]! };
    return { start: sums.start, least, most, scaling, zeroPoint, min, max };
  });
  if (furthest >= LARGEST_DEFINED_SUM) return null;
  for (const type of furthest < LARGEST_SUM ? shortTypes(channels[0]!, target) : []) {
    const records = channels.map(SHORT[type]);
    if (records.every((record) => record !== null)) return scalingTable(type, records, block);
  }
  return scalingTable("DefinedScaling", channels.map(definedScaling), block);
}

/** One scaling of sums that begin at zero. */
export interface SumScaling {
  readonly type: ScalingType;
  readonly field: KernelField;
}

/** Of sums that no weights make, below 2^24. */
export function sumScaling(channel: LineChannel, target: KernelTarget): SumScaling {
  const summed = { ...channel, start: 0 };
  for (const type of shortTypes(channel, target)) {
    const record = SHORT[type](summed);
    // An offset has no start that it could be added to.
    if (record !== null && record[0] === 0) return { type, field: [record, MEMBERS[type]] };
  }
  return { type: "DefinedScaling", field: [definedScaling(summed), MEMBERS.DefinedScaling] };
}

interface SummedChannel extends LineChannel {
  readonly start: number;
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

/** What a layer's channels may have, the shortest first. */
function shortTypes({ zeroPoint, min }: LineChannel, target: KernelTarget): readonly ShortType[] {
  const isRectified = min === zeroPoint;
  if (target.highProduct) {
    return isRectified
      ? ["HighScaling", "ChannelScaling", "NarrowScaling"]
      : ["ChannelScaling", "NarrowSignedScaling"];
  }
  // Clamps to powers of two are instructions of that core; on others they take longer.
  if (target.mac16) {
    return isRectified
      ? ["NarrowScaling", "SplitScaling", "FineScaling", "ChannelScaling"]
      : ["NarrowSignedScaling", "SignedScaling", "ChannelScaling"];
  }
  return isRectified
    ? ["SplitScaling", "NarrowScaling", "FineScaling", "ChannelScaling"]
    : ["SignedScaling", "NarrowSignedScaling", "ChannelScaling"];
}

/** The numbers of each struct, where there is such a line for the channel. */
const SHORT: Readonly<Record<ShortType, (channel: SummedChannel) => readonly number[] | null>> = {
  HighScaling: (channel) =>
    recordOf(channel, highLine, ({ mantissa, rounding, shift }) => [mantissa, rounding, shift]),
  NarrowScaling: (channel) =>
    recordOf(channel, narrowLine, (line) => [...splitMantissa(line), line.rounding, line.shift]),
  NarrowSignedScaling: (channel) =>
    recordOf(channel, narrowSignedLine, (line) => [
      ...splitMantissa(line),
      line.rounding,
      line.shift,
      line.negative,
    ]),
  FineScaling: (channel) =>
    recordOf(channel, fineLine, (line) => [...fineMantissa(line), line.rounding, line.shift]),
  SplitScaling: (channel) =>
    recordOf(channel, splitLine, (line) => [line.top, ...splitMantissa(line), line.rounding, line.shift]),
  SignedScaling: (channel) =>
    recordOf(channel, splitLine, (line) => [
      line.bottom,
      line.top,
      ...splitMantissa(line),
      line.rounding,
      line.shift,
      line.negative,
    ]),
  ChannelScaling: ({ start, zeroPoint, scaling, min }) =>
    generalScaling(start, zeroPoint, scaling, min === zeroPoint),
};

function recordOf(
  channel: SummedChannel,
  find: (channel: LineChannel) => Line | null,
  numbersOf: (line: Line) => readonly number[],
): readonly number[] | null {
  const line = find(channel);
  return line && [channel.start + line.offset, ...numbersOf(line)];
}

/** DefinedScaling: the definition's own numbers. */
function definedScaling({ start, scaling, zeroPoint }: SummedChannel): readonly number[] {
  return [start, scaling.mantissa, scaling.shift, zeroPoint];
}

function splitMantissa({ mantissa }: Pick<Line, "mantissa">): readonly [high: number, low: number] {
  return [Math.floor(mantissa / 2 ** SPLIT_BITS), mantissa % 2 ** SPLIT_BITS];
}

function fineMantissa({ mantissa }: Pick<Line, "mantissa">): readonly number[] {
  const part = 2 ** FINE_SPLIT_BITS;
  return [Math.floor(mantissa / part / part), Math.floor(mantissa / part) % part, mantissa % part];
}

function scalingTable(
  type: ScalingType,
  records: readonly (readonly number[])[],
  block: number,
): ChannelScalings {
  const members = records[0]!.length;
  const missing = (block - (records.length % block)) % block;
  const values = [...records.flat(), ...new Array<number>(missing * members).fill(0)];
  return { type, table: { name: "Channels", type: "int32_t", values, record: { type, members } } };
}

/** What a member says to the reader of the generated file. */
export function scalingField({ type, table }: ChannelScalings): KernelField {
  return [table, `${MEMBERS[type]} of each channel`];
}

const MEMBERS: Readonly<Record<ScalingType, string>> = {
  ChannelScaling: "start, mantissa, rounding, shift",
  DefinedScaling: "start, mantissa, shift to the left, zero point",
  HighScaling: "start, mantissa, rounding, shift",
  NarrowScaling: "start, mantissa in two parts, rounding, shift",
  NarrowSignedScaling: "start, mantissa in two parts, rounding, shift, rounding added below zero",
  FineScaling: "start, mantissa in three parts, rounding, shift",
  SplitScaling: "start, top, mantissa in two parts, rounding, shift",
  SignedScaling: "start, bottom, top, mantissa in two parts, rounding, shift, rounding added below zero",
};

/** ClampedRange of channel_scaling.h. */
export function clampField(activation: FusedActivation, output: Tensor): KernelField {
  const { min, max } = int8Range(activation, output);
  return [[min, max], "least and largest output"];
}

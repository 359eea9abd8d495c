// The constants by which a layer's sums become its outputs: of line_scaling.h or channel_scaling.h, the short forms of the
// requantisation, where its sums allow one, and otherwise of defined_scaling.h.
import type { KernelField, KernelTable, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { QuantizedMultiplier } from "../util/fixedpoint.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { constantOf } from "./kernel-fields.ts";
import { highLine, type Line, type LineChannel, narrowLine, SPLIT_BITS, splitLine } from "./line-scaling.ts";
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
 * Four numbers a channel, or null where a step of the short form could leave 32 bits or a multiplier is not below one
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

/** The channels of a layer, and which struct of line_scaling.h, channel_scaling.h or defined_scaling.h has them. */
export interface ChannelScalings {
  readonly type: LineType | "ChannelScaling" | "DefinedScaling";
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
  const channels = Array.from(biases, (bias, c): SummedChannel => {
    const channel = { weights: weightsOf(c), bias };
    const [least, most] = boundsOf(channel, inputZero);
    const scaling = { mantissa: mantissas[c]!, shift: shifts[c]! };
    return { ...sumsOf(channel, inputZero), least, most, scaling, zeroPoint, min, max };
  });
  if (channels.every(({ furthest }) => furthest < LARGEST_SUM)) {
    const short = shortScalings(channels, block, target);
    if (short !== null) return short;
  }
  if (channels.some(({ furthest }) => furthest >= LARGEST_DEFINED_SUM)) return null;
  const defined = channels.map((channel) => definedScaling(channel.start, channel));
  return scalingTable("DefinedScaling", defined, block);
}

type SummedChannel = LineChannel & ReturnType<typeof sumsOf>;

/** The shortest form that all channels have; null where there is none. */
function shortScalings(
  channels: readonly SummedChannel[],
  block: number,
  target: KernelTarget,
): ChannelScalings | null {
  for (const type of lineTypes(channels[0]!, target)) {
    const { find, record } = LINES[type];
    const lines = channels.map(find);
    if (!lines.every((line) => line !== null)) continue;
    return scalingTable(
      type,
      lines.map((line, c) => record(channels[c]!.start + line.offset, line)),
      block,
    );
  }
  const general = channels.map(({ start, zeroPoint, scaling, min }) =>
    generalScaling(start, zeroPoint, scaling, min === zeroPoint),
  );
  return general.every((scaling) => scaling !== null) ? scalingTable("ChannelScaling", general, block) : null;
}

/** DefinedScaling: the definition's own numbers. */
function definedScaling(start: number, { scaling, zeroPoint }: LineChannel): readonly number[] {
  return [start, scaling.mantissa, scaling.shift, zeroPoint];
}

/** One scaling of sums that begin at zero. */
export interface SumScaling {
  readonly type: ChannelScalings["type"];
  readonly field: KernelField;
}

/** Of sums that no weights make, below 2^24. */
export function sumScaling(channel: LineChannel, target: KernelTarget): SumScaling {
  for (const type of lineTypes(channel, target)) {
    const { find, record } = LINES[type];
    const line = find(channel);
    if (line !== null && line.offset === 0) return { type, field: [record(0, line), MEMBERS[type]] };
  }
  const general = generalScaling(0, channel.zeroPoint, channel.scaling, channel.min === channel.zeroPoint);
  return general === null
    ? { type: "DefinedScaling", field: [definedScaling(0, channel), MEMBERS.DefinedScaling] }
    : { type: "ChannelScaling", field: [general, MEMBERS.ChannelScaling] };
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

type LineType = "HighScaling" | "NarrowScaling" | "SplitScaling" | "SignedScaling";

/** What a layer's channels may have, the shortest first. */
function lineTypes({ zeroPoint, min }: LineChannel, target: KernelTarget): readonly LineType[] {
  if (min !== zeroPoint) return target.highProduct ? [] : ["SignedScaling"];
  if (target.highProduct) return ["HighScaling", "NarrowScaling"];
  // Clamps to powers of two are instructions of that core; on others they take longer.
  return target.mac16 ? ["NarrowScaling", "SplitScaling"] : ["SplitScaling", "NarrowScaling"];
}

/** The structs of line_scaling.h. */
const LINES: Readonly<
  Record<
    LineType,
    {
      readonly find: (channel: LineChannel) => Line | null;
      readonly record: (start: number, line: Line) => readonly number[];
    }
  >
> = {
  HighScaling: {
    find: highLine,
    record: (start, { mantissa, rounding, shift }) => [start, mantissa, rounding, shift],
  },
  NarrowScaling: {
    find: narrowLine,
    record: (start, line) => [start, ...splitMantissa(line), line.rounding, line.shift],
  },
  SplitScaling: {
    find: splitLine,
    record: (start, line) => [start, line.top, ...splitMantissa(line), line.rounding, line.shift],
  },
  SignedScaling: {
    find: splitLine,
    record: (start, { bottom, top, negative, ...line }) => [
      start,
      bottom,
      top,
      ...splitMantissa(line),
      line.rounding,
      line.shift,
      negative,
    ],
  },
};

function splitMantissa({ mantissa }: Pick<Line, "mantissa">): readonly [high: number, low: number] {
  return [Math.floor(mantissa / 2 ** SPLIT_BITS), mantissa % 2 ** SPLIT_BITS];
}

function scalingTable(
  type: ChannelScalings["type"],
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

const MEMBERS: Readonly<Record<ChannelScalings["type"], string>> = {
  ChannelScaling: "start, mantissa, rounding, shift",
  DefinedScaling: "start, mantissa, shift to the left, zero point",
  HighScaling: "start, mantissa, rounding, shift",
  NarrowScaling: "start, mantissa in two parts, rounding, shift",
  SplitScaling: "start, top, mantissa in two parts, rounding, shift",
  SignedScaling: "start, bottom, top, mantissa in two parts, rounding, shift, rounding added below zero",
};

/** ClampedRange of channel_scaling.h. */
export function clampField(activation: FusedActivation, output: Tensor): KernelField {
  const { min, max } = int8Range(activation, output);
  return [[min, max], "least and largest output"];
}

// The kinds of layer: their fields with defaults, and what each does to the shape that flows through.
import { z } from "zod";

const PADDINGS = ["same", "valid"] as const;
const ACTIVATIONS = ["none", "relu"] as const;

/** Expressions give real numbers; what must be whole is rounded to the nearest. */
const whole = z
  .number()
  .transform((value) => Math.round(value))
  .pipe(z.int().min(1));
const padding = z.enum(PADDINGS).default("same");
export const activation = z.enum(ACTIVATIONS).default("none");
const bias = z.boolean().default(true);
const poolFields = {
  size: whole.default(2),
  stride: whole.optional(),
  padding: z.enum(PADDINGS).default("valid"),
};
const recurrentFields = {
  units: whole,
  returnSequences: z.boolean().default(false),
  bidirectional: z.boolean().default(false),
};

/**
 * Size of what flows between layers: [time, channels], or [features] once time is gone, or [streams, time, channels]
 * between splitChannels and joinChannels, where every layer treats each stream alike, with the same weights.
 */
export type Shape =
  | readonly [features: number]
  | readonly [time: number, channels: number]
  | readonly [streams: number, time: number, channels: number];

export type Padding = (typeof PADDINGS)[number];
export type Activation = (typeof ACTIVATIONS)[number];

/** Fields of each kind, before its expressions are evaluated; the key is the name in a model file. */
export const LAYER_FIELDS = {
  conv1d: z.strictObject({
    filters: whole,
    kernel: whole.default(3),
    stride: whole.default(1),
    dilation: whole.default(1),
    padding,
    activation,
    bias,
  }),
  depthwiseConv1d: z.strictObject({
    kernel: whole.default(3),
    stride: whole.default(1),
    dilation: whole.default(1),
    padding,
    activation,
    bias,
  }),
  separableConv1d: z.strictObject({
    filters: whole,
    kernel: whole.default(3),
    stride: whole.default(1),
    dilation: whole.default(1),
    padding,
    activation,
    bias,
  }),
  maxPool1d: z.strictObject(poolFields),
  averagePool1d: z.strictObject(poolFields),
  globalAveragePool1d: z.strictObject({}),
  globalMaxPool1d: z.strictObject({}),
  attentionPool1d: z.strictObject({ hidden: whole.optional(), residual: z.boolean().default(false) }),
  splitChannels: z.strictObject({}),
  joinChannels: z.strictObject({}),
  channelAttention: z.strictObject({}),
  lstm: z.strictObject({ ...recurrentFields, forgetBias: z.number().default(1) }),
  gru: z.strictObject(recurrentFields),
  rnn: z.strictObject(recurrentFields),
  flatten: z.strictObject({}),
  dense: z.strictObject({ units: whole, activation, bias }),
  batchNorm: z.strictObject({
    momentum: z.number().gt(0).lt(1).default(0.95),
    epsilon: z.number().gt(0).default(1e-3),
    activation,
  }),
  relu: z.strictObject({}),
  dropout: z.strictObject({ rate: z.number().min(0).lt(1) }),
  softmax: z.strictObject({}),
} as const;

type LeafKind = keyof typeof LAYER_FIELDS;
export type LayerKind = LeafKind | "branches";
type Fields<K extends LeafKind> = Readonly<z.output<(typeof LAYER_FIELDS)[K]>>;

/** A concrete layer of one kind: its fields, and the shapes on both sides. */
export type LayerOf<K extends LeafKind> = {
  readonly kind: K;
  readonly input: Shape;
  readonly output: Shape;
} & Fields<K>;

/** Paths that all start at the input, and whose ends are added or put side by side (src/spec/model-branches.ts). */
export interface BranchesLayer {
  readonly kind: "branches";
  readonly input: Shape;
  readonly output: Shape;
  readonly merge: "add" | "concat";
  readonly activation: Activation;
  /** At least two; an empty one is the input itself. */
  readonly paths: readonly (readonly Layer[])[];
}

/** Any concrete layer, discriminated by `kind`. */
export type Layer = { [K in LeafKind]: LayerOf<K> }[LeafKind] | BranchesLayer;

/** Output shape, or what is wrong in a few words. */
type ShapeRule<K extends LeafKind> = (fields: Fields<K>, input: Shape) => Shape | string;

const NEEDS_TIME = "needs a time axis, and time is already gone";
const NEEDS_ONE = "works on one stream: put joinChannels before it";
const NEEDS_STREAMS = "needs streams: put splitChannels before it";
const NEEDS_FLAT = "needs features without a time axis: put flatten or a global pool before it";
const NEEDS_ONE_DIRECTION =
  "gives the last time step alone where it is bidirectional: returnSequences must be false";

export const LAYER_SHAPES: { readonly [K in LeafKind]: ShapeRule<K> } = {
  conv1d: (f, input) => overTime(input, f.kernel, f.stride, f.dilation, f.padding, f.filters),
  depthwiseConv1d: (f, input) => overTime(input, f.kernel, f.stride, f.dilation, f.padding),
  separableConv1d: (f, input) => overTime(input, f.kernel, f.stride, f.dilation, f.padding, f.filters),
  maxPool1d: (f, input) => overTime(input, f.size, f.stride ?? f.size, 1, f.padding),
  averagePool1d: (f, input) => overTime(input, f.size, f.stride ?? f.size, 1, f.padding),
  globalAveragePool1d: (_, input) => overAllTime(input, (_time, channels) => channels),
  globalMaxPool1d: (_, input) => overAllTime(input, (_time, channels) => channels),
  attentionPool1d: (_, input) => overAllTime(input, (_time, channels) => channels),
  splitChannels(_, input) {
    if (input.length === 3) return "finds streams already";
    return input.length === 2 ? [input[1], input[0], 1] : NEEDS_TIME;
  },
  joinChannels: (_, input) => (input.length === 3 ? [input[1], input[0] * input[2]] : NEEDS_STREAMS),
  channelAttention: (_, input) => (input.length === 3 ? input : NEEDS_STREAMS),
  lstm: (f, input) => (f.bidirectional && f.returnSequences ? NEEDS_ONE_DIRECTION : recurrent(f, input)),
  gru: recurrent,
  rnn: recurrent,
  flatten: (_, input) => overAllTime(input, (time, channels) => time * channels),
  dense: (f, input) => (input.length === 1 ? [f.units] : NEEDS_FLAT),
  batchNorm: (_, input) => input,
  relu: (_, input) => input,
  dropout: (_, input) => input,
  softmax: (_, input) => (input.length === 1 ? input : NEEDS_FLAT),
};

/** A bidirectional layer's backward states stand beside the forward ones. */
function recurrent(fields: Fields<"gru" | "rnn">, input: Shape): Shape | string {
  if (input.length !== 2) return input.length === 1 ? NEEDS_TIME : NEEDS_ONE;
  const features = fields.bidirectional ? 2 * fields.units : fields.units;
  return fields.returnSequences ? [input[0], features] : [features];
}

/** TensorFlow's sizes: same → ⌈T / stride⌉; valid → ⌊(T − span) / stride⌋ + 1, span = (kernel − 1)·dilation + 1. */
function overTime(
  input: Shape,
  kernel: number,
  stride: number,
  dilation: number,
  paddingKind: Padding,
  channels?: number,
): Shape | string {
  if (input.length === 1) return NEEDS_TIME;
  const [time, inputChannels] = input.slice(-2) as [number, number];
  const span = (kernel - 1) * dilation + 1;
  const steps = paddingKind === "same" ? Math.ceil(time / stride) : Math.floor((time - span) / stride) + 1;
  if (steps < 1) return `leaves no time step: it spans ${span} and ${time} are there`;
  const output = [steps, channels ?? inputChannels] as const;
  return input.length === 3 ? [input[0], ...output] : output;
}

/** Of one stream; features of what time leaves. */
function overAllTime(input: Shape, features: (time: number, channels: number) => number): Shape | string {
  if (input.length === 2) return [features(...input)];
  return input.length === 1 ? NEEDS_TIME : NEEDS_ONE;
}

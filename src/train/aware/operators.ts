// The operators of exported graphs, differentiable, on the tensors of a batch: [N, …] where the graph has [1, …].
import type * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../../ir/tensor.ts";
import type { ConcatenationAttrs } from "../../ops/concatenation.ts";
import type { Conv2DAttrs } from "../../ops/conv2d.ts";
import { GATES, gateInputs } from "../../ops/lstm-layout.ts";
import type { Pool2DAttrs } from "../../ops/pool2d.ts";
import type { SliceAttrs } from "../../ops/slice.ts";
import type { StridedSliceAttrs } from "../../ops/strided-slice.ts";
import type { TransposeAttrs } from "../../ops/transpose.ts";
import { addConstant, block, mask, relu, reshape, sideBySide, sum, transpose } from "../differentiable.ts";
import { type Sliding, sliding, type TensorOps } from "../ops.ts";

/** One input of an operator. */
export interface Input {
  readonly tensor: Tensor;
  /** Of a weight, what int8 leaves of it; of a constant, without the batch. */
  readonly value: tf.Tensor;
}

export interface Call {
  readonly ops: TensorOps;
  readonly attrs: object;
  readonly inputs: readonly Input[];
  readonly output: Tensor;
}

/** Values in the output's order; the caller gives them the output's shape. */
type Forward = (call: Call) => tf.Tensor;

/** By TFLite's names. What only moves or rescales values is a matter of shapes and scales, which are the caller's. */
const OPERATORS: Readonly<Record<string, Forward>> = {
  CONV_2D: (call) => convolution(call, "conv1d"),
  DEPTHWISE_CONV_2D: (call) => convolution(call, "depthwiseConv1d"),
  FULLY_CONNECTED: fullyConnected,
  MAX_POOL_2D: (call) => pool(call, "maxPool1d"),
  AVERAGE_POOL_2D: (call) => pool(call, "averagePool1d"),
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstm,
  ADD: addition,
  MUL: ({ inputs, attrs }) => activated(mask(inputs[0]!.value, inputs[1]!.value), attrs),
  CONCATENATION: ({ inputs }) => sideBySide(...inputs.map(({ value }) => value)),
  SLICE: ({ inputs, attrs }) => taken(inputs[0]!.value, attrs as SliceAttrs),
  STRIDED_SLICE({ inputs, attrs }) {
    const { begin, end } = attrs as StridedSliceAttrs;
    return taken(inputs[0]!.value, { begin, size: begin.map((first, axis) => end[axis]! - first) });
  },
  TRANSPOSE: ({ inputs, attrs }) => transpose(inputs[0]!.value, (attrs as TransposeAttrs).perm),
  RELU: ({ inputs }) => relu(inputs[0]!.value),
  RESHAPE: ({ inputs }) => inputs[0]!.value,
  QUANTIZE: ({ inputs }) => inputs[0]!.value,
};

/** What is needed to say whether an operator can be trained. */
export interface Use {
  readonly name: string;
  readonly attrs: object;
  readonly inputs: readonly Tensor[];
}

/** The operator of that use; null where training does not know it in that form. */
export function operatorFor({ name, attrs, inputs }: Use): Forward | null {
  const fits = LIMITS[name]?.(attrs, inputs) ?? true;
  return fits ? (OPERATORS[name] ?? null) : null;
}

/** Forms that other tools' files have and exported graphs do not. */
const LIMITS: Readonly<Record<string, (attrs: object, inputs: readonly Tensor[]) => boolean>> = {
  MUL: (_, [a, b]) => a!.constant === null && b!.constant !== null && isVector(b!),
  ADD: (_, [a, b]) =>
    a!.constant === null && (b!.constant === null ? a!.shape.join() === b!.shape.join() : isVector(b!)),
  CONCATENATION: (attrs, [first]) => (attrs as ConcatenationAttrs).axis === first!.shape.length - 1,
  STRIDED_SLICE(attrs) {
    const { begin, end, strides, beginMask, endMask } = attrs as StridedSliceAttrs;
    const plain = strides.every((stride) => stride === 1) && beginMask === 0 && endMask === 0;
    return plain && begin[0] === 0 && [...begin, ...end].every((place) => place >= 0);
  },
  SLICE: (attrs) => (attrs as SliceAttrs).begin[0] === 0,
  TRANSPOSE: (attrs) => (attrs as TransposeAttrs).perm[0] === 0,
};

/** One number for each channel. */
function isVector({ shape }: Tensor): boolean {
  return shape.slice(0, -1).every((size) => size === 1);
}

function convolution({ ops, attrs, inputs, output }: Call, method: "conv1d" | "depthwiseConv1d"): tf.Tensor {
  const { padding, strideW, dilationW } = attrs as Conv2DAttrs;
  const [x, w, bias] = inputs as [Input, Input, Input];
  const [outputs, , size, channels] = w.tensor.shape as [number, number, number, number];
  const rows = rowsOf(x);
  const window = slidingOf(x, output, { padding, strideW, filterW: size }, dilationW);
  const b = bias.value as tf.Tensor1D;
  if (method === "depthwiseConv1d") {
    const taps = reshape<tf.Rank.R2>(w.value, [size, channels]);
    return activated(ops.depthwiseConv1d(rows, taps, b, window), attrs);
  }
  const taps = transpose(reshape(w.value, [outputs, size, channels]), [1, 2, 0]) as tf.Tensor3D;
  return activated(ops.conv1d(rows, taps, b, window), attrs);
}

function fullyConnected({ ops, attrs, inputs }: Call): tf.Tensor {
  const [x, w, bias] = inputs as [Input, Input, Input];
  const features = w.tensor.shape[1]!;
  const rows = reshape<tf.Rank.R2>(x.value, [x.value.size / features, features]);
  const weights = transpose(w.value, [1, 0]) as tf.Tensor2D;
  return activated(ops.dense(rows, weights, bias.value as tf.Tensor1D), attrs);
}

function pool({ ops, attrs, inputs, output }: Call, method: "maxPool1d" | "averagePool1d"): tf.Tensor {
  const [x] = inputs as [Input];
  return activated(ops[method](rowsOf(x), slidingOf(x, output, attrs as Pool2DAttrs)), attrs);
}

/** Not simulated: the gates and the cell, which have 16 bits. */
function lstm({ ops, inputs, output }: Call): tf.Tensor {
  const gates = GATES.map((_, gate) => gateInputs(gate));
  const side = (part: "input" | "recurrent"): tf.Tensor2D =>
    sideBySide(...gates.map((places) => transpose(inputs[places[part]]!.value, [1, 0]) as tf.Tensor2D));
  const bias = sideBySide(...gates.map((places) => inputs[places.bias]!.value as tf.Tensor1D));
  const { quant } = output;
  return ops.lstm(
    inputs[0]!.value as tf.Tensor3D,
    side("input"),
    side("recurrent"),
    bias,
    quant?.kind === "perTensor" ? quant : undefined,
  );
}

function addition({ inputs, attrs }: Call): tf.Tensor {
  const [a, b] = inputs as [Input, Input];
  const added = b.tensor.constant === null ? sum([a.value, b.value]) : addConstant(a.value, b.value);
  return activated(added, attrs);
}

/** [N, H, T, C] to [N·H, T, C]: kernels run along time alone. */
function rowsOf({ value }: Input): tf.Tensor3D {
  const [batch, height, time, channels] = value.shape as [number, number, number, number];
  return reshape<tf.Rank.R3>(value, [batch * height, time, channels]);
}

function slidingOf(
  { tensor }: Input,
  output: Tensor,
  { padding, strideW, filterW }: Pick<Pool2DAttrs, "padding" | "strideW" | "filterW">,
  dilation = 1,
): Sliding {
  const kind = padding === "SAME" ? "same" : "valid";
  return sliding(tensor.shape[2]!, output.shape[2]!, kind, filterW, strideW, dilation);
}

/** A block of every window: the first dimension is the batch here. */
function taken(x: tf.Tensor, { begin, size }: SliceAttrs): tf.Tensor {
  return block(x, begin, [x.shape[0], ...size.slice(1)]);
}

function activated(y: tf.Tensor, attrs: object): tf.Tensor {
  return (attrs as { activation?: string }).activation === "RELU" ? relu(y) : y;
}

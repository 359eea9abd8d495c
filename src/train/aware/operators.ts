// The operators of exported graphs, differentiable, on the tensors of a batch: [N, …] where the graph has [1, …], and what
// has no such dimension, as the rows that a loop reads and collects, behind the batch: [N, T, C] where it has [T, C].
import type * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../../ir/tensor.ts";
import type { BatchMatmulAttrs } from "../../ops/batch-matmul.ts";
import type { ConcatenationAttrs } from "../../ops/concatenation.ts";
import type { Conv2DAttrs } from "../../ops/conv2d.ts";
import { GATES, gateInputs } from "../../ops/lstm-layout.ts";
import type { Pool2DAttrs } from "../../ops/pool2d.ts";
import type { SliceAttrs } from "../../ops/slice.ts";
import type { SoftmaxAttrs } from "../../ops/softmax.ts";
import type { StridedSliceAttrs } from "../../ops/strided-slice.ts";
import type { TransposeAttrs } from "../../ops/transpose.ts";
import { invariant } from "../../util/errors.ts";
import {
  addConstant,
  block,
  difference,
  logistic,
  mask,
  product,
  relu,
  reshape,
  sideBySide,
  softmax,
  sum,
  tanh,
  transpose,
} from "../differentiable.ts";
import { type Sliding, sliding, type TensorOps } from "../ops.ts";

/** One input of an operator. */
export interface Input {
  readonly tensor: Tensor;
  /** Of a weight, what int8 leaves of it; of a constant, without the batch. */
  readonly value: tf.Tensor;
}

interface Call {
  readonly ops: TensorOps;
  readonly attrs: object;
  readonly inputs: readonly Input[];
  readonly output: Tensor;
  /** Of weights alone: made in a batch's first round, and kept for the others. */
  readonly once: (make: () => tf.Tensor) => tf.Tensor;
}

/** Values in the output's order; the caller gives them the output's shape. */
export type Forward = (call: Call) => tf.Tensor;

/** By TFLite's names. What only moves or rescales values is a matter of shapes and scales, which are the caller's. */
const OPERATORS: Readonly<Record<string, Forward>> = {
  CONV_2D: (call) => convolution(call, "conv1d"),
  DEPTHWISE_CONV_2D: (call) => convolution(call, "depthwiseConv1d"),
  FULLY_CONNECTED: fullyConnected,
  MAX_POOL_2D: (call) => pool(call, "maxPool1d"),
  AVERAGE_POOL_2D: (call) => pool(call, "averagePool1d"),
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstm,
  ADD: addition,
  SUB: ({ inputs: [a, b], attrs }) => activated(difference(a!.value, b!.value), attrs),
  MUL({ inputs: [a, b], attrs }) {
    const times = b!.tensor.constant === null ? product : mask;
    return activated(times(a!.value, b!.value), attrs);
  },
  BATCH_MATMUL: batchMatmul,
  CONCATENATION: concatenation,
  SLICE: ({ inputs: [x], attrs }) => taken(x!, attrs as SliceAttrs),
  STRIDED_SLICE({ inputs: [x], attrs }) {
    const { begin, end } = attrs as StridedSliceAttrs;
    return taken(x!, { begin, size: begin.map((first, axis) => end[axis]! - first) });
  },
  TRANSPOSE: ({ inputs, attrs }) => transpose(inputs[0]!.value, (attrs as TransposeAttrs).perm),
  RELU: ({ inputs }) => relu(inputs[0]!.value),
  LOGISTIC: ({ inputs }) => logistic(inputs[0]!.value),
  TANH: ({ inputs }) => tanh(inputs[0]!.value),
  SOFTMAX: ({ inputs }) => softmax(inputs[0]!.value),
  RESHAPE: ({ inputs }) => inputs[0]!.value,
  QUANTIZE: ({ inputs }) => inputs[0]!.value,
};

/** Of values that are on a grid, in the graphs that the quantiser makes, these are on the same: nothing to round. */
const MOVING: ReadonlySet<string> = new Set([
  "CONCATENATION",
  "MAX_POOL_2D",
  "RESHAPE",
  "SLICE",
  "STRIDED_SLICE",
  "TRANSPOSE",
]);

export function movesValues(name: string): boolean {
  return MOVING.has(name);
}

/** Of one window: without the dimension of 1 that stands for the batch. */
export function innerShape<T>(shape: readonly number[], ofDimensions: readonly T[]): readonly T[] {
  return shape[0] === 1 ? ofDimensions.slice(1) : ofDimensions;
}

/** What is needed to choose an operator. */
interface Use {
  readonly name: string;
  readonly attrs: object;
  readonly inputs: readonly Tensor[];
}

/** The operator of that use. A layer that exports one which is not here, or in another form, wants it here. */
export function operatorFor({ name, attrs, inputs }: Use): Forward {
  const forward = OPERATORS[name];
  const fits = LIMITS[name]?.(attrs, inputs) ?? true;
  invariant(forward !== undefined && fits, `training for int8 does not know such a ${name}`);
  return forward;
}

/** Forms that other tools' files have and exported graphs do not. */
const LIMITS: Readonly<Record<string, (attrs: object, inputs: readonly Tensor[]) => boolean>> = {
  MUL: (_, inputs) => isPair(inputs),
  ADD: (_, inputs) => isPair(inputs),
  SUB: (_, inputs) => isPair(inputs) && inputs[1]!.constant === null,
  BATCH_MATMUL(attrs, [a, b]) {
    const [left, right] = [a!, b!].map(({ shape }) => shape.slice(0, -2).join());
    const areComputed = a!.constant === null && b!.constant === null;
    return !(attrs as BatchMatmulAttrs).adjX && left === right && areComputed;
  },
  CONCATENATION: (_, inputs) => inputs.every(({ constant }) => constant === null),
  SOFTMAX: (attrs) => (attrs as SoftmaxAttrs).beta === 1,
  STRIDED_SLICE(attrs) {
    const { begin, end, strides, beginMask, endMask } = attrs as StridedSliceAttrs;
    const plain = strides.every((stride) => stride === 1) && beginMask === 0 && endMask === 0;
    return plain && [...begin, ...end].every((place) => place >= 0);
  },
  TRANSPOSE: (attrs, [x]) => x!.shape[0] === 1 && (attrs as TransposeAttrs).perm[0] === 0,
};

/** Computed values of one shape, or such values and one number for each channel. */
function isPair([a, b]: readonly Tensor[]): boolean {
  if (a!.constant !== null) return false;
  return b!.constant === null ? a!.shape.join() === b!.shape.join() : isVector(b!);
}

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

function fullyConnected({ ops, attrs, inputs, once }: Call): tf.Tensor {
  const [x, w, bias] = inputs as [Input, Input, Input];
  const features = w.tensor.shape[1]!;
  const rows = reshape<tf.Rank.R2>(x.value, [x.value.size / features, features]);
  const weights = once(() => transpose(w.value, [1, 0])) as tf.Tensor2D;
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

/** A block of every window. */
function taken({ tensor: { shape }, value }: Input, { begin, size }: SliceAttrs): tf.Tensor {
  return block(value, [0, ...innerShape(shape, begin)], [value.shape[0], ...innerShape(shape, size)]);
}

/** Everything before the axis as rows, the axis and all behind it as columns: side by side along any axis. */
function concatenation({ inputs, attrs }: Call): tf.Tensor {
  const { axis } = attrs as ConcatenationAttrs;
  const columns = (shape: readonly number[]): number => shape.slice(axis).reduce((a, b) => a * b, 1);
  return sideBySide(
    ...inputs.map(({ tensor, value }) =>
      reshape<tf.Rank.R2>(value, [value.size / columns(tensor.shape), columns(tensor.shape)]),
    ),
  );
}

/** Products of the last two dimensions. */
function batchMatmul({ ops, attrs, inputs: [a, b] }: Call): tf.Tensor {
  const matrices = ({ tensor: { shape }, value }: Input): tf.Tensor3D => {
    const [rows, columns] = shape.slice(-2) as [number, number];
    return reshape<tf.Rank.R3>(value, [value.size / (rows * columns), rows, columns]);
  };
  const right = matrices(b!);
  const turned = (attrs as BatchMatmulAttrs).adjY ? right : (transpose(right, [0, 2, 1]) as tf.Tensor3D);
  return ops.dotProducts(matrices(a!), turned);
}

function activated(y: tf.Tensor, attrs: object): tf.Tensor {
  return (attrs as { activation?: string }).activation === "RELU" ? relu(y) : y;
}

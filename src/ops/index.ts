// Every operator, one line each; only the reader of .tflite files looks operators up here.
import type { AnyOp } from "../ir/op.ts";
import { add } from "./add.ts";
import { averagePool2d } from "./average-pool2d.ts";
import { batchMatmul } from "./batch-matmul.ts";
import { concatenation } from "./concatenation.ts";
import { conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dequantize } from "./dequantize.ts";
import { expandDims } from "./expand-dims.ts";
import { fullyConnected } from "./fully-connected.ts";
import { gather } from "./gather.ts";
import { hardSwish } from "./hard-swish.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { less } from "./less.ts";
import { logistic } from "./logistic.ts";
import { maxPool2d } from "./max-pool2d.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { pack } from "./pack.ts";
import { pad } from "./pad.ts";
import { quantize } from "./quantize.ts";
import { reduceMax } from "./reduce-max.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { reshape } from "./reshape.ts";
import { reverseV2 } from "./reverse-v2.ts";
import { shape } from "./shape.ts";
import { slice } from "./slice.ts";
import { softmax } from "./softmax.ts";
import { split } from "./split.ts";
import { squeeze } from "./squeeze.ts";
import { stridedSlice } from "./strided-slice.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { tanh } from "./tanh.ts";
import { transpose } from "./transpose.ts";
import { unidirectionalSequenceLstm } from "./unidirectional-sequence-lstm.ts";
import { unpack } from "./unpack.ts";
import { whileLoop } from "./while.ts";

export {
  add,
  averagePool2d,
  batchMatmul,
  concatenation,
  conv2d,
  depthwiseConv2d,
  dequantize,
  expandDims,
  fullyConnected,
  gather,
  hardSwish,
  leakyRelu,
  less,
  logistic,
  maxPool2d,
  mean,
  mul,
  pack,
  pad,
  quantize,
  reduceMax,
  relu,
  relu6,
  reshape,
  reverseV2,
  shape,
  slice,
  softmax,
  split,
  squeeze,
  stridedSlice,
  sub,
  sum,
  tanh,
  transpose,
  unidirectionalSequenceLstm,
  unpack,
  whileLoop,
};

export const OPERATORS: readonly AnyOp[] = [
  add,
  averagePool2d,
  batchMatmul,
  concatenation,
  conv2d,
  depthwiseConv2d,
  dequantize,
  expandDims,
  fullyConnected,
  gather,
  hardSwish,
  leakyRelu,
  less,
  logistic,
  maxPool2d,
  mean,
  mul,
  pack,
  pad,
  quantize,
  reduceMax,
  relu,
  relu6,
  reshape,
  reverseV2,
  shape,
  slice,
  softmax,
  split,
  squeeze,
  stridedSlice,
  sub,
  sum,
  tanh,
  transpose,
  unidirectionalSequenceLstm,
  unpack,
  whileLoop,
];

// Every operator, one line each; only the reader of .tflite files looks operators up here.
import type { AnyOp } from "../ir/op.ts";
import { add } from "./add.ts";
import { averagePool2d } from "./average-pool2d.ts";
import { batchMatmul } from "./batch-matmul.ts";
import { conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dequantize } from "./dequantize.ts";
import { fullyConnected } from "./fully-connected.ts";
import { hardSwish } from "./hard-swish.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { less } from "./less.ts";
import { logistic } from "./logistic.ts";
import { maxPool2d } from "./max-pool2d.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { quantize } from "./quantize.ts";
import { reduceMax } from "./reduce-max.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { tanh } from "./tanh.ts";

export {
  add,
  averagePool2d,
  batchMatmul,
  conv2d,
  depthwiseConv2d,
  dequantize,
  fullyConnected,
  hardSwish,
  leakyRelu,
  less,
  logistic,
  maxPool2d,
  mean,
  mul,
  quantize,
  reduceMax,
  relu,
  relu6,
  reshape,
  softmax,
  sub,
  sum,
  tanh,
};

export const OPERATORS: readonly AnyOp[] = [
  add,
  averagePool2d,
  batchMatmul,
  conv2d,
  depthwiseConv2d,
  dequantize,
  fullyConnected,
  hardSwish,
  leakyRelu,
  less,
  logistic,
  maxPool2d,
  mean,
  mul,
  quantize,
  reduceMax,
  relu,
  relu6,
  reshape,
  softmax,
  sub,
  sum,
  tanh,
];

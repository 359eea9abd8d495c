// Every operator, one line each; only the reader of .tflite files looks operators up here.
import type { AnyOp } from "../ir/op.ts";
import { add } from "./add.ts";
import { averagePool2d } from "./average-pool2d.ts";
import { conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dequantize } from "./dequantize.ts";
import { fullyConnected } from "./fully-connected.ts";
import { maxPool2d } from "./max-pool2d.ts";
import { mul } from "./mul.ts";
import { quantize } from "./quantize.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";

export {
  add,
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  dequantize,
  fullyConnected,
  maxPool2d,
  mul,
  quantize,
  relu,
  reshape,
  softmax,
};

export const OPERATORS: readonly AnyOp[] = [
  add,
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  dequantize,
  fullyConnected,
  maxPool2d,
  mul,
  quantize,
  relu,
  reshape,
  softmax,
];

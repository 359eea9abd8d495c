// The table of layer kinds.
import { batchNorm } from "./batch-norm.ts";
import { conv1d } from "./conv1d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv1d } from "./depthwise-conv1d.ts";
import { dropout, relu, softmax } from "./elementwise.ts";
import { flatten } from "./flatten.ts";
import type { LayerTable } from "./layer.ts";
import { lstm } from "./lstm.ts";
import { averagePool1d, globalAveragePool1d, globalMaxPool1d, maxPool1d } from "./pools.ts";
import { separableConv1d } from "./separable-conv1d.ts";

export const LAYERS: LayerTable = {
  conv1d,
  depthwiseConv1d,
  separableConv1d,
  maxPool1d,
  averagePool1d,
  globalAveragePool1d,
  globalMaxPool1d,
  lstm,
  flatten,
  dense,
  batchNorm,
  relu,
  dropout,
  softmax,
};

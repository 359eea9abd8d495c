// The table of layer kinds.
import type { Layer } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import { attentionPool1d } from "./attention-pool1d.ts";
import { batchNorm } from "./batch-norm.ts";
import { branches } from "./branches.ts";
import { channelAttention } from "./channel-attention.ts";
import { conv1d } from "./conv1d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv1d } from "./depthwise-conv1d.ts";
import { dropout, relu, softmax } from "./elementwise.ts";
import { flatten } from "./flatten.ts";
import { gru } from "./gru.ts";
import type { LayerBuilder, LayerTable, RuntimeLayer } from "./layer.ts";
import { lstm } from "./lstm.ts";
import { averagePool1d, globalAveragePool1d, globalMaxPool1d, maxPool1d } from "./pools.ts";
import { rnn } from "./rnn.ts";
import { separableConv1d } from "./separable-conv1d.ts";
import { joinChannels, splitChannels } from "./streams.ts";

const LAYERS: LayerTable = {
  branches: branches(buildLayer),
  conv1d,
  depthwiseConv1d,
  separableConv1d,
  maxPool1d,
  averagePool1d,
  globalAveragePool1d,
  globalMaxPool1d,
  attentionPool1d,
  splitChannels,
  joinChannels,
  channelAttention,
  lstm,
  gru,
  rnn,
  flatten,
  dense,
  batchNorm,
  relu,
  dropout,
  softmax,
};

/** A layer of any kind with its variables, and with those of the layers in it. */
export function buildLayer(layer: Layer, name: string, random: Random): RuntimeLayer {
  // The table has the builder of exactly this kind, which TypeScript cannot follow through a union.
  const builder = LAYERS[layer.kind] as LayerBuilder<Layer>;
  return builder(layer, name, random);
}

// Convolution along time.
import type * as tf from "@tensorflow/tfjs-core";
import type { LayerOf } from "../../spec/model.ts";
import { createVector, createWeights } from "../parameters.ts";
import { activate, channelsOf, convolutionAttrs, slidingOf, writeConv2d } from "./convolution.ts";
import type { LayerBuilder } from "./layer.ts";

export const conv1d: LayerBuilder<LayerOf<"conv1d">> = (layer, name, random) => {
  const { kernel, stride, dilation, padding, activation } = layer;
  const { input, output } = channelsOf(layer);
  const geometry = slidingOf(layer);
  const fan = { in: kernel * input, out: kernel * output };
  const weights = createWeights(
    `${name}/weights`,
    [kernel, input, output],
    fan,
    activation === "relu",
    random,
  );
  const bias = layer.bias ? createVector(`${name}/bias`, output, 0) : null;
  return {
    parameters: bias === null ? [weights] : [weights, bias],
    state: [],
    forward: (x, { ops }) =>
      activate(
        ops.conv1d(
          x as tf.Tensor3D,
          weights.tensor as tf.Tensor3D,
          bias && (bias.tensor as tf.Tensor1D),
          geometry,
        ),
        activation,
      ),
    write: (writer, from) =>
      writeConv2d(writer, name, from, weights, bias, convolutionAttrs(padding, stride, dilation, activation)),
  };
};

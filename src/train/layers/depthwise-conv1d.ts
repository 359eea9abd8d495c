// Convolution along time, each channel by its own kernel.
import type * as tf from "@tensorflow/tfjs-core";
import { depthwiseConv2d } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { createVector, createWeights } from "../parameters.ts";
import { activate, channelsOf, convolutionAttrs, slidingOf, writeBias } from "./convolution.ts";
import type { LayerBuilder } from "./layer.ts";

export const depthwiseConv1d: LayerBuilder<LayerOf<"depthwiseConv1d">> = (layer, name, random) => {
  const { kernel, stride, dilation, padding, activation } = layer;
  const channels = channelsOf(layer).input;
  const geometry = slidingOf(layer);
  const fan = { in: kernel, out: kernel };
  const weights = createWeights(`${name}/weights`, [kernel, channels], fan, activation === "relu", random);
  const bias = layer.bias ? createVector(`${name}/bias`, channels, 0) : null;
  return {
    parameters: bias === null ? [weights] : [weights, bias],
    state: [],
    forward: (x, { ops }) =>
      activate(
        ops.depthwiseConv1d(
          x as tf.Tensor3D,
          weights.tensor as tf.Tensor2D,
          bias && (bias.tensor as tf.Tensor1D),
          geometry,
        ),
        activation,
      ),
    write(writer, from) {
      const w = writer.constant(`${name}/weights`, [1, 1, kernel, channels], weights.values.slice());
      const b = writeBias(writer, name, channels, bias);
      const attrs = { ...convolutionAttrs(padding, stride, dilation, activation), depthMultiplier: 1 };
      return writer.node(depthwiseConv2d, attrs, [from, w, b], name);
    },
  };
};

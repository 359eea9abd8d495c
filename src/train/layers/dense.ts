// A fully connected layer.
import type * as tf from "@tensorflow/tfjs-core";
import { fullyConnected } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { createVector, createWeights } from "../parameters.ts";
import { activate, fusedActivation, writeBias } from "./convolution.ts";
import type { LayerBuilder } from "./layer.ts";

export const dense: LayerBuilder<LayerOf<"dense">> = (layer, name, random) => {
  const { units, activation } = layer;
  const [features] = layer.input;
  const fan = { in: features, out: units };
  const weights = createWeights(`${name}/weights`, [features, units], fan, activation === "relu", random);
  const bias = layer.bias ? createVector(`${name}/bias`, units, 0) : null;
  return {
    parameters: bias === null ? [weights] : [weights, bias],
    state: [],
    forward: (x, { ops }) =>
      activate(
        ops.dense(x as tf.Tensor2D, weights.tensor as tf.Tensor2D, bias && (bias.tensor as tf.Tensor1D)),
        activation,
      ),
    write(writer, from) {
      // [F, U] to TFLite's [U, F].
      const transposed = Float32Array.from(
        { length: features * units },
        (_, i) => weights.values[(i % features) * units + Math.floor(i / features)]!,
      );
      const w = writer.constant(`${name}/weights`, [units, features], transposed);
      const b = writeBias(writer, name, units, bias);
      return writer.node(fullyConnected, { activation: fusedActivation(activation) }, [from, w, b], name);
    },
  };
};

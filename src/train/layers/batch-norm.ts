// Batch normalisation over all axes but the last; in the graph a multiplication and an addition, folded later.
import * as tf from "@tensorflow/tfjs-core";
import { add, mul } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { createVector } from "../parameters.ts";
import { fusedActivation } from "./convolution.ts";
import type { LayerBuilder } from "./layer.ts";

export const batchNorm: LayerBuilder<LayerOf<"batchNorm">> = (layer, name) => {
  const { momentum, epsilon, activation } = layer;
  const channels = layer.input.at(-1)!;
  const gamma = createVector(`${name}/gamma`, channels, 1);
  const beta = createVector(`${name}/beta`, channels, 0);
  const movingMean = new Float32Array(channels);
  const movingVariance = new Float32Array(channels).fill(1);
  /** Batches seen, kept with the state that is saved and restored. */
  const seen = new Float32Array(1);

  /**
   * A plain average at first, an exponential one later: with a fixed momentum the starting values 0 and 1 would
   * still weigh in the first validations of a short training.
   */
  const follow = (mean: Float32Array, variance: Float32Array, count: number): void => {
    seen[0]!++;
    const keep = Math.min(momentum, 1 - 1 / seen[0]!);
    // The batch's variance is biased; inference wants the population's (Ioffe and Szegedy 2015, algorithm 2).
    const unbias = count > 1 ? count / (count - 1) : 1;
    for (let c = 0; c < channels; c++) {
      movingMean[c] = keep * movingMean[c]! + (1 - keep) * mean[c]!;
      movingVariance[c] = keep * movingVariance[c]! + (1 - keep) * variance[c]! * unbias;
    }
  };

  /** Inference as y = x·scale + offset. */
  const affine = (): { readonly scale: Float32Array; readonly offset: Float32Array } => {
    const scale = gamma.values.map((g, c) => g / Math.sqrt(movingVariance[c]! + epsilon));
    return { scale, offset: beta.values.map((b, c) => b - movingMean[c]! * scale[c]!) };
  };

  return {
    parameters: [gamma, beta],
    state: [movingMean, movingVariance, seen],
    forward(x, { ops, training }) {
      const relu = activation === "relu";
      if (!training) {
        const { scale, offset } = affine();
        return ops.affine(x, tf.tensor1d(scale), tf.tensor1d(offset), relu);
      }
      const { y, mean, variance } = ops.batchNorm(
        x,
        gamma.tensor as tf.Tensor1D,
        beta.tensor as tf.Tensor1D,
        epsilon,
        relu,
      );
      follow(mean, variance, x.size / channels);
      return y;
    },
    write(writer, from) {
      const { scale, offset } = affine();
      const s = writer.constant(`${name}/scale`, [channels], scale);
      const o = writer.constant(`${name}/offset`, [channels], offset);
      const scaled = writer.node(mul, { activation: "NONE" }, [from, s], `${name}/scaled`);
      return writer.node(add, { activation: fusedActivation(activation) }, [scaled, o], name);
    },
  };
};

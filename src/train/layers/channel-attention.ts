// Self-attention across sensor channels, step by step: x + γ · softmax(q·kᵀ)·v, with q, k and v linear in x.
// Source: Zhou et al., TinyHAR (ISWC 2022), section 3.2. Its softmax runs over the index that its code calls the
// query's, so that what is q here is k there.
import type * as tf from "@tensorflow/tfjs-core";
import { add, batchMatmul, softmax, transpose } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { addScaled, exchange, reshape } from "../differentiable.ts";
import { createVector, createWeights, type Parameter } from "../parameters.ts";
import { convolutionAttrs, writeConv2d } from "./convolution.ts";
import type { LayerBuilder } from "./layer.ts";

const POINTWISE = convolutionAttrs("valid", 1, 1, "none");
/** Height and width exchanged: streams and time. */
const TURNED = { perm: [0, 2, 1, 3] };

export const channelAttention: LayerBuilder<LayerOf<"channelAttention">> = (layer, name, random) => {
  const [streams, time, features] = layer.input as readonly [number, number, number];
  const project = (part: string): Parameter =>
    createWeights(
      `${name}/${part}/weights`,
      [1, features, features],
      { in: features, out: features },
      false,
      random,
    );
  const [queries, keys, values] = [project("query"), project("key"), project("value")];
  // At 0 the layer is the identity; training turns attention up where it helps.
  const gamma = createVector(`${name}/gamma`, 1, 0);
  return {
    parameters: [queries, keys, values, gamma],
    state: [],
    forward(x, { ops }) {
      const steps = exchange(x as tf.Tensor3D, streams);
      const rows = reshape<tf.Rank.R2>(steps, [x.size / features, features]);
      const [q, k, v] = [queries, keys, values].map((weights) => {
        const w = reshape<tf.Rank.R2>(weights.tensor, [features, features]);
        return reshape<tf.Rank.R3>(ops.dense(rows, w, null), steps.shape);
      }) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
      const context = ops.attend(ops.dotProducts(q, k), v);
      return exchange(addScaled(steps, context, gamma.tensor as tf.Tensor1D), time);
    },
    write(writer, from) {
      const steps = writer.node(transpose, TURNED, [from], `${name}/steps`);
      // γ · (weights · v) is weights · (γ · v): it costs nothing in v's own weights.
      const scaled = { ...values, values: values.values.map((weight) => weight * gamma.values[0]!) };
      const [q, k, v] = (
        [
          ["query", queries],
          ["key", keys],
          ["value", scaled],
        ] as const
      ).map(([part, weights]) => writeConv2d(writer, `${name}/${part}`, steps, weights, null, POINTWISE)) as [
        string,
        string,
        string,
      ];
      const scores = writer.node(batchMatmul, { adjX: false, adjY: true }, [q, k], `${name}/scores`);
      const weights = writer.node(softmax, { beta: 1 }, [scores], `${name}/attention`);
      const context = writer.node(batchMatmul, { adjX: false, adjY: false }, [weights, v], `${name}/context`);
      const sum = writer.node(add, { activation: "NONE" }, [steps, context], `${name}/sum`);
      return writer.node(transpose, TURNED, [sum], name);
    },
  };
};

// Layers that look at one value at a time (softmax: one vector) and have no variables.
import * as tf from "@tensorflow/tfjs-core";
import { relu as reluOp, softmax as softmaxOp } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { relu as differentiableRelu, mask } from "../differentiable.ts";
import { type LayerBuilder, stateless } from "./layer.ts";

export const relu: LayerBuilder<LayerOf<"relu">> = (_, name) =>
  stateless({
    forward: (x) => differentiableRelu(x),
    write: (writer, from) => writer.node(reluOp, {}, [from], name),
  });

/** Keeps a value with probability 1 − rate and divides it by that; nothing of it is left after training. */
export const dropout: LayerBuilder<LayerOf<"dropout">> = ({ rate }) =>
  stateless({
    forward(x, { training, random }) {
      if (!training || rate === 0) return x;
      const kept = 1 / (1 - rate);
      const factors = Float32Array.from({ length: x.size }, () => (random.uniform() < rate ? 0 : kept));
      return mask(x, tf.tensor(factors, x.shape));
    },
    write: (_, from) => from,
  });

export const softmax: LayerBuilder<LayerOf<"softmax">> = (_, name) =>
  stateless({
    forward: (x) => tf.softmax(x),
    write: (writer, from) => writer.node(softmaxOp, { beta: 1 }, [from], name),
  });

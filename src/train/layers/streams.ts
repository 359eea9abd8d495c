// Sensor channels as streams and back: between the two every layer treats each channel alike.
import type * as tf from "@tensorflow/tfjs-core";
import { reshape, transpose } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { reshape as differentiableReshape, exchange } from "../differentiable.ts";
import { type LayerBuilder, stateless } from "./layer.ts";

/** [T, C] to [C, T, 1]: in training more windows, in the graph rows of an image, along which no kernel reaches. */
export const splitChannels: LayerBuilder<LayerOf<"splitChannels">> = (layer, name) => {
  const [channels, time] = layer.output as readonly [number, number, number];
  return stateless({
    forward(x) {
      const batch = x.shape[0];
      // Rows of one value, so that time and channels are what is exchanged.
      const values = differentiableReshape<tf.Rank.R3>(x, [batch * time, channels, 1]);
      return exchange(values, time);
    },
    write: (writer, from) => writer.node(transpose, { perm: [0, 3, 2, 1] }, [from], name),
  });
};

/** [S, T, F] to [T, S·F]. */
export const joinChannels: LayerBuilder<LayerOf<"joinChannels">> = (layer, name) => {
  const [streams, time, features] = layer.input as readonly [number, number, number];
  return stateless({
    forward(x) {
      const steps = exchange(x as tf.Tensor3D, streams);
      return differentiableReshape(steps, [x.shape[0] / streams, time, streams * features]);
    },
    write(writer, from) {
      const steps = writer.node(transpose, { perm: [0, 2, 1, 3] }, [from], `${name}/steps`);
      return writer.node(reshape, { newShape: [1, 1, time, streams * features] }, [steps], name);
    },
  });
};

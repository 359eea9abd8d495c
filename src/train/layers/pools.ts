// Pooling along time: over a sliding window, or over all of it.
import type * as tf from "@tensorflow/tfjs-core";
import { averagePool2d, maxPool2d } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { reshape } from "../differentiable.ts";
import { sliding } from "../ops.ts";
import { type LayerBuilder, type RuntimeLayer, stateless } from "./layer.ts";

type Method = "maxPool1d" | "averagePool1d";

const OPERATORS = { maxPool1d: maxPool2d, averagePool1d: averagePool2d } as const;

export const maxPool1d: LayerBuilder<LayerOf<"maxPool1d">> = (layer, name) =>
  windowed("maxPool1d", layer, name);

export const averagePool1d: LayerBuilder<LayerOf<"averagePool1d">> = (layer, name) =>
  windowed("averagePool1d", layer, name);

export const globalMaxPool1d: LayerBuilder<LayerOf<"globalMaxPool1d">> = (layer, name) =>
  global("maxPool1d", layer, name);

export const globalAveragePool1d: LayerBuilder<LayerOf<"globalAveragePool1d">> = (layer, name) =>
  global("averagePool1d", layer, name);

function windowed(method: Method, layer: LayerOf<Method>, name: string): RuntimeLayer {
  const { input, output, size, padding } = layer;
  const stride = layer.stride ?? size;
  const geometry = sliding(input.at(-2)!, output.at(-2)!, padding, size, stride);
  return stateless({
    forward: (x, { ops }) => ops[method](x as tf.Tensor3D, geometry),
    write: (writer, from) =>
      writer.node(
        OPERATORS[method],
        poolAttrs(padding === "same" ? "SAME" : "VALID", size, stride),
        [from],
        name,
      ),
  });
}

/** One window over all of time; the graph keeps it as [1, 1, 1, C], which a dense layer takes as it is. */
function global(
  method: Method,
  layer: LayerOf<"globalMaxPool1d" | "globalAveragePool1d">,
  name: string,
): RuntimeLayer {
  const [time] = layer.input;
  const geometry = sliding(time, 1, "valid", time, time);
  return stateless({
    forward(x, { ops }) {
      const pooled = ops[method](x as tf.Tensor3D, geometry);
      return reshape(pooled, [pooled.shape[0], pooled.shape[2]]);
    },
    write: (writer, from) => writer.node(OPERATORS[method], poolAttrs("VALID", time, time), [from], name),
  });
}

function poolAttrs(padding: "SAME" | "VALID", size: number, stride: number): object {
  return { padding, strideH: 1, strideW: stride, filterH: 1, filterW: size, activation: "NONE" };
}

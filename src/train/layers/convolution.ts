// What the three convolution kinds share: geometry, bias, and their node in the exported graph.
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../../ir/builder.ts";
import { conv2d } from "../../ops/index.ts";
import type { Activation, LayerOf, Padding } from "../../spec/model.ts";
import { relu } from "../differentiable.ts";
import { type Sliding, sliding } from "../ops.ts";
import type { Parameter } from "../parameters.ts";

type Convolution = LayerOf<"conv1d" | "depthwiseConv1d" | "separableConv1d">;

export function slidingOf(layer: Convolution): Sliding {
  const { input, output, padding, kernel, stride, dilation } = layer;
  return sliding(input.at(-2)!, output.at(-2)!, padding, kernel, stride, dilation);
}

/** Channels on both sides; a convolution has time before them, as the model's resolution checked. */
export function channelsOf(layer: Convolution): { readonly input: number; readonly output: number } {
  return { input: layer.input.at(-1)!, output: layer.output.at(-1)! };
}

export function activate<T extends tf.Tensor>(y: T, activation: Activation): T {
  return activation === "relu" ? relu(y) : y;
}

/** TFLite's name of a fused activation. */
export function fusedActivation(activation: Activation): "NONE" | "RELU" {
  return activation === "relu" ? "RELU" : "NONE";
}

/** Attributes of a convolution along the width of a one-row image. */
export function convolutionAttrs(
  padding: Padding,
  stride: number,
  dilation: number,
  activation: Activation,
): {
  readonly padding: "SAME" | "VALID";
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly activation: "NONE" | "RELU";
} {
  return {
    padding: padding === "same" ? "SAME" : "VALID",
    strideH: 1,
    strideW: stride,
    dilationH: 1,
    dilationW: dilation,
    activation: fusedActivation(activation),
  };
}

/** The bias as a constant; zeros where the layer has none, since the operators always take one. */
export function writeBias(
  writer: GraphBuilder,
  name: string,
  length: number,
  bias: Parameter | null,
): string {
  return writer.constant(`${name}/bias`, [length], bias?.values.slice() ?? new Float32Array(length));
}

/** CONV_2D with weights [out, 1, k, in] from [k, in, out]. */
export function writeConv2d(
  writer: GraphBuilder,
  name: string,
  input: string,
  weights: Parameter,
  bias: Parameter | null,
  attrs: ReturnType<typeof convolutionAttrs>,
): string {
  const [kernel, inputs, outputs] = weights.shape as [number, number, number];
  const transposed = new Float32Array(weights.values.length);
  for (let k = 0, i = 0; k < kernel; k++) {
    for (let c = 0; c < inputs; c++) {
      for (let o = 0; o < outputs; o++) transposed[(o * kernel + k) * inputs + c] = weights.values[i++]!;
    }
  }
  const w = writer.constant(`${name}/weights`, [outputs, 1, kernel, inputs], transposed);
  return writer.node(conv2d, attrs, [input, w, writeBias(writer, name, outputs, bias)], name);
}

// A depthwise convolution without bias, then a pointwise one with bias and activation (Keras's SeparableConv1D).
import type { LayerOf, Shape } from "../../spec/model.ts";
import { conv1d } from "./conv1d.ts";
import { depthwiseConv1d } from "./depthwise-conv1d.ts";
import type { LayerBuilder } from "./layer.ts";

export const separableConv1d: LayerBuilder<LayerOf<"separableConv1d">> = (layer, name, random) => {
  const { input, output, kernel, stride, dilation, padding, activation, bias, filters } = layer;
  const between = output.with(-1, input.at(-1)!) as unknown as Shape;
  const depthwise = depthwiseConv1d(
    {
      kind: "depthwiseConv1d",
      input,
      output: between,
      kernel,
      stride,
      dilation,
      padding,
      activation: "none",
      bias: false,
    },
    `${name}/depthwise`,
    random,
  );
  const pointwise = conv1d(
    {
      kind: "conv1d",
      input: between,
      output,
      filters,
      kernel: 1,
      stride: 1,
      dilation: 1,
      padding: "valid",
      activation,
      bias,
    },
    `${name}/pointwise`,
    random,
  );
  return {
    parameters: [...depthwise.parameters, ...pointwise.parameters],
    state: [],
    forward: (x, pass) => pointwise.forward(depthwise.forward(x, pass), pass),
    write: (writer, from) => pointwise.write(writer, depthwise.write(writer, from)),
  };
};

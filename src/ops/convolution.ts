// What CONV_2D and DEPTHWISE_CONV_2D share: roles, bias, requantisation and clamp around their own sums.
import type { Each, Operand } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { multiplyByQuantizedMultiplier } from "../util/fixedpoint.ts";
import { type FusedActivation, floatRange, int8Range } from "./activation.ts";
import { asFloat32, asInt8, asInt32, convolutionMultipliers, perTensor } from "./quantization.ts";

export const CONVOLUTION_ROLES = ["activation", "weight", "bias"] as const;
export type ConvolutionInputs<V> = Each<typeof CONVOLUTION_ROLES, V>;

/**
 * Visits every output element in order with its sum of input × weight over the taps that lie inside
 * the input; taps in the padding contribute nothing, as in the reference kernels.
 */
export type Convolve = (
  input: Float32Array,
  weights: Float32Array,
  visit: (index: number, channel: number, sum: number) => void,
) => void;

export function tensorsOf([input, weights, bias]: ConvolutionInputs<Operand>): ConvolutionInputs<Tensor> {
  return [input.tensor, weights.tensor, bias.tensor];
}

export function bindConvolutionFloat(
  convolve: Convolve,
  activation: FusedActivation,
  [input, weights, bias]: ConvolutionInputs<Operand>,
  output: Operand,
): () => void {
  const [x, w] = [asFloat32(input.data), asFloat32(weights.data)];
  const [b, y] = [asFloat32(bias.data), asFloat32(output.data)];
  const { min, max } = floatRange(activation);
  return () => {
    convolve(x, w, (index, channel, sum) => {
      y[index] = Math.min(Math.max(sum + b[channel]!, min), max);
    });
  };
}

/**
 * Requantises an int8 convolution's sums.
 * @param sum fills `sums`, one an output element in order, from the input's present values
 */
export function bindConvolutionInt8(
  sum: () => void,
  sums: Int32Array,
  activation: FusedActivation,
  [input, weights, bias]: ConvolutionInputs<Operand>,
  output: Operand,
): () => void {
  const [b, y] = [asInt32(bias.data), asInt8(output.data)];
  const channels = b.length;
  const { mantissas, shifts } = convolutionMultipliers(input.tensor, weights.tensor, output.tensor, channels);
  const { zeroPoint } = perTensor(output.tensor);
  const { min, max } = int8Range(activation, output.tensor);
  return () => {
    sum();
    for (let index = 0, c = 0; index < y.length; index++) {
      const scaled = multiplyByQuantizedMultiplier((sums[index]! + b[c]!) | 0, mantissas[c]!, shifts[c]!);
      const value = scaled + zeroPoint;
      y[index] = value < min ? min : value > max ? max : value;
      if (++c === channels) c = 0;
    }
  };
}

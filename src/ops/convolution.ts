// What CONV_2D and DEPTHWISE_CONV_2D share: roles, bias, requantisation and clamp around their own sums.
import type { Each, Operand } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { multiplyByQuantizedMultiplier } from "../util/fixedpoint.ts";
import { type FusedActivation, floatRange, int8Range } from "./activation.ts";
import { asFloat32, asInt8, asInt32, convolutionMultipliers, perTensor } from "./quantization.ts";

export const CONVOLUTION_ROLES = ["activation", "weight", "bias"] as const;
export type ConvolutionInputs<V> = Each<typeof CONVOLUTION_ROLES, V>;

/**
 * Visits every output element in order with its sum of (input + inputOffset) × weight over the taps that lie inside
 * the input; taps in the padding contribute nothing, as in the reference kernels.
 */
export type Convolve = (
  input: Float32Array | Int8Array,
  weights: Float32Array | Int8Array,
  inputOffset: number,
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
    convolve(x, w, 0, (index, channel, sum) => {
      y[index] = Math.min(Math.max(sum + b[channel]!, min), max);
    });
  };
}

export function bindConvolutionInt8(
  convolve: Convolve,
  activation: FusedActivation,
  [input, weights, bias]: ConvolutionInputs<Operand>,
  output: Operand,
): () => void {
  const b = asInt32(bias.data);
  const { mantissas, shifts } = convolutionMultipliers(input.tensor, weights.tensor, output.tensor, b.length);
  const [x, w, y] = [asInt8(input.data), asInt8(weights.data), asInt8(output.data)];
  const inputOffset = -perTensor(input.tensor).zeroPoint;
  const { zeroPoint } = perTensor(output.tensor);
  const { min, max } = int8Range(activation, output.tensor);
  return () => {
    convolve(x, w, inputOffset, (index, channel, sum) => {
      const scaled = multiplyByQuantizedMultiplier(sum + b[channel]!, mantissas[channel]!, shifts[channel]!);
      y[index] = Math.min(Math.max(scaled + zeroPoint, min), max);
    });
  };
}

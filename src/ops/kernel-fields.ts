// Members that the parameter structs of several kernels in C++ have: axes, output ranges, multipliers.
import type { KernelField } from "../ir/kernel.ts";
import type { Tensor, TensorData } from "../ir/tensor.ts";
import type { QuantizedMultiplier } from "../util/fixedpoint.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { convolutionMultipliers, perTensor } from "./quantization.ts";
import type { Axis } from "./window2d.ts";

/** SlidingAxis of window_2d.h, and its members for a comment. */
export const AXIS_FIELDS = "input, output, filter, stride, dilation, padding in front";
export function axisField({ input, output, filter, stride, dilation, pad }: Axis): readonly number[] {
  return [input, output, filter, stride, dilation, pad];
}

/** OutputRange of requantize.h. */
export function rangeField(activation: FusedActivation, output: Tensor): KernelField {
  const { min, max } = int8Range(activation, output);
  return [[perTensor(output).zeroPoint, min, max], "output: zero point, least, largest"];
}

/** Multiplier of requantize.h. */
export function multiplierField({ mantissa, shift }: QuantizedMultiplier, what: string): KernelField {
  return [[mantissa, shift], `${what}: mantissa, shift`];
}

/** Weights, bias and requantisation of a layer of output channels. */
export function channelFields(
  [input, weights, bias]: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
): readonly KernelField[] {
  const biases = constantOf(bias);
  const { mantissas, shifts } = convolutionMultipliers(input, weights, output, biases.length);
  return [
    [{ name: "Weights", type: "int8_t", values: constantOf(weights) }, "weights"],
    [{ name: "Bias", type: "int32_t", values: biases }, "bias"],
    [{ name: "Mantissas", type: "int32_t", values: mantissas }, "mantissas, one a channel"],
    [{ name: "Shifts", type: "int8_t", values: shifts }, "shifts, one a channel"],
  ];
}

/** Weights and biases are constants: graphs are validated where they are made. */
export function constantOf({ name, constant }: Tensor): TensorData {
  if (constant === null) throw new Error(`Bug in Bandsmith: ${name} is no constant`);
  return constant;
}

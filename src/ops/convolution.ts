// What CONV_2D and DEPTHWISE_CONV_2D share: roles, bias, requantisation and clamp around their own sums.
import type { KernelCall, KernelField, KernelWork } from "../ir/kernel.ts";
import type { Each, Operand } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { type FusedActivation, floatRange } from "./activation.ts";
import { AXIS_FIELDS, axisField, channelFields, rangeField } from "./kernel-fields.ts";
import { asFloat32, asInt32, convolutionMultipliers, perTensor } from "./quantization.ts";
import { bindRequantized, type ChannelSums } from "./requantize.ts";
import type { Axis } from "./window2d.ts";

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

export function bindConvolutionInt8(
  sums: ChannelSums,
  activation: FusedActivation,
  [input, weights, bias]: ConvolutionInputs<Operand>,
  output: Operand,
): () => void {
  const b = asInt32(bias.data);
  const multipliers = convolutionMultipliers(input.tensor, weights.tensor, output.tensor, b.length);
  return bindRequantized(sums, b, input.tensor, multipliers, activation, output);
}

/** What differs between the two in their kernels' parameters. */
interface ConvolutionKernel {
  readonly names: Pick<KernelCall, "header" | "function" | "parameters">;
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly depths: readonly KernelField[];
  readonly work: KernelWork;
}

export function emitConvolution(
  { names, batch, rows, columns, depths, work }: ConvolutionKernel,
  activation: FusedActivation,
  inputs: ConvolutionInputs<Tensor>,
  output: Tensor,
): readonly KernelCall[] {
  return [
    {
      ...names,
      fields: [
        [batch, "batches"],
        [axisField(rows), `rows: ${AXIS_FIELDS}`],
        [axisField(columns), `columns: ${AXIS_FIELDS}`],
        ...depths,
        [perTensor(inputs[0]).zeroPoint, "input zero point"],
        rangeField(activation, output),
        ...channelFields(inputs, output),
      ],
      inputs: [0],
      outputs: [0],
      work,
    },
  ];
}

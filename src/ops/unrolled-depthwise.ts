// DEPTHWISE_CONV_2D as unrolled_depthwise_conv_2d.h computes it: for which filters, and the weights' layout.
import type { KernelCall, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { FusedActivation } from "./activation.ts";
import { paddedCopy } from "./blocked-conv.ts";
import { channelScalings, clampField, scalingField } from "./channel-scaling.ts";
import { AXIS_FIELDS, axisField, constantOf } from "./kernel-fields.ts";
import { perTensor } from "./quantization.ts";
import type { Axis } from "./window2d.ts";
import { unrolledDepthwiseWork } from "./work.ts";

export interface DepthwiseGeometry {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly inputDepth: number;
  readonly multiplier: number;
}

/** Weights that stay in registers, and a little beyond: more would only be loaded again and again. */
const MOST_TAPS = 9;
/** kPaddedRun of the kernel. */
const PADDED_RUN = 2;

/** Null where the filter is too large, a channel has several, or sums could leave 32 bits. */
export function emitUnrolledDepthwise(
  { batch, rows, columns, inputDepth: depth, multiplier }: DepthwiseGeometry,
  activation: FusedActivation,
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  target: KernelTarget,
): KernelCall | null {
  const taps = rows.filter * columns.filter;
  if (multiplier !== 1 || taps > MOST_TAPS) return null;
  const weights = constantOf(inputs[1]);
  const ofChannel = (c: number): number[] =>
    Array.from({ length: taps }, (_, tap) => weights[tap * depth + c]!);
  const channels = channelScalings(inputs, output, activation, ofChannel, 1, target);
  if (channels === null) return null;
  const values = Array.from({ length: depth }, (_, c) => ofChannel(c)).flat();
  return {
    header: "unrolled_depthwise_conv_2d.h",
    function: "unrolledDepthwise",
    specialisedFor: [rows.filter, columns.filter, columns.dilation * depth],
    parameters: "UnrolledDepthwiseParameters",
    parametersOf: [channels.type],
    fields: [
      [batch, "batches"],
      [axisField(rows), `rows: ${AXIS_FIELDS}`],
      [axisField(columns), `columns: ${AXIS_FIELDS}`],
      [depth, "depth"],
      [perTensor(inputs[0]).zeroPoint, "input zero point"],
      clampField(activation, output),
      [{ name: "Weights", type: "int8_t", values }, "weights, channel by channel"],
      scalingField(channels),
    ],
    scratch: [paddedCopy(rows, columns, depth, PADDED_RUN)],
    inputs: [0],
    outputs: [0],
    work: unrolledDepthwiseWork({ batch, rows, columns, inputDepth: depth }, PADDED_RUN, channels.type),
  };
}

// DEPTHWISE_CONV_2D as sliding_depthwise_conv_1d.h computes it: for which filters, and the weights' layout.
import type { KernelCall, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { FusedActivation } from "./activation.ts";
import { isOneByOne } from "./blocked-conv.ts";
import { channelScalings, clampField, scalingField } from "./channel-scaling.ts";
import { constantOf } from "./kernel-fields.ts";
import { perTensor } from "./quantization.ts";
import type { DepthwiseGeometry } from "./unrolled-depthwise.ts";
import { slidingDepthwiseWork } from "./work.ts";

/** Weights and values of so many fit the registers. */
const MOST_TAPS = 5;

/** Null where windows are no row of neighbours, a channel has several filters, or sums could leave 32 bits. */
export function emitSlidingDepthwise(
  { batch, rows: high, columns: wide, inputDepth: depth, multiplier }: DepthwiseGeometry,
  activation: FusedActivation,
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  target: KernelTarget,
): KernelCall | null {
  const isUpright = wide.input === 1 && isOneByOne(wide);
  const [rows, columns] = isUpright ? [wide, high] : [high, wide];
  const { filter: taps, pad, stride } = columns;
  if (!isOneByOne(rows) || columns.dilation !== 1) return null;
  if (stride >= taps || pad > taps - stride) return null;
  if (multiplier !== 1 || taps < 2 || taps > MOST_TAPS || columns.input < taps) return null;
  const inside = Math.min(columns.output, Math.floor((columns.input + pad - taps) / stride) + 1);
  const weights = constantOf(inputs[1]);
  const ofChannel = (c: number): number[] =>
    Array.from({ length: taps }, (_, tap) => weights[tap * depth + c]!);
  const channels = channelScalings(inputs, output, activation, ofChannel, 1, target);
  if (channels === null) return null;
  const filledUp = Array.from({ length: depth }, (_, c) => [...ofChannel(c), ...(taps % 2 === 1 ? [0] : [])]);
  return {
    header: "sliding_depthwise_conv_1d.h",
    function: "slidingDepthwise",
    specialisedFor: [taps, stride, depth],
    parameters: "SlidingDepthwiseParameters",
    parametersOf: [channels.type],
    fields: [
      [batch * rows.output, "rows"],
      [columns.input, "positions of the input"],
      [columns.output, "positions of the output"],
      [pad, "padding in front"],
      [inside, "outputs whose last tap is inside"],
      [perTensor(inputs[0]).zeroPoint, "input zero point"],
      clampField(activation, output),
      [
        { name: "Weights", type: "int16_t", values: filledUp.flat() },
        "weights, channel by channel, in int16",
      ],
      scalingField(channels),
    ],
    inputs: [0],
    outputs: [0],
    work: slidingDepthwiseWork({ batch, rows, columns, inputDepth: depth }, inside, channels.type, target),
  };
}

// CONV_2D of height 1 and FULLY_CONNECTED as mac16_conv_1d.h computes them: for which shapes, and the weights' layout.
import type { KernelCall, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { type ConvolutionGeometry, simplified } from "./blocked-conv.ts";
import { type ChannelScalings, channelScalings, clampField, scalingField } from "./channel-scaling.ts";
import { AXIS_FIELDS, axisField, constantOf } from "./kernel-fields.ts";
import { SPLIT_SUM_BITS } from "./line-scaling.ts";
import { perTensor } from "./quantization.ts";

/** kMac16Taps and kMac16Ahead of mac16.h. */
const TAPS = 4;
const AHEAD = 2;
/** Of an int16. */
const BYTES = 2;

type Six = [number, number, number, number, number, number];

/** Null where windows span rows, are both spread out and strided, or the short requantisation does not hold. */
export function emitMac16Conv(
  geometry: ConvolutionGeometry,
  activation: FusedActivation,
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  target: KernelTarget,
): KernelCall | null {
  const { batch, rows, columns, inputDepth, outputDepth } = simplified(geometry);
  if (rows.filter !== 1 || rows.stride !== 1) return null;
  if (columns.dilation > 1 && columns.stride > 1) return null;
  const weights = constantOf(inputs[1]);
  const size = weights.length / outputDepth;
  const weightsOf = (c: number): number[] => [...weights.slice(c * size, (c + 1) * size)];
  const channels = channelScalings(inputs, output, activation, weightsOf, 1, target);
  if (channels === null) return null;
  const depth = Math.ceil(inputDepth / 2) * 2;
  const turns = Math.ceil((columns.filter * depth) / TAPS);
  const width = (columns.output - 1) * columns.stride + (columns.filter - 1) * columns.dilation + 1;
  // Columns behind the last window belong to no output, but the walk over the input must come to its end.
  const phaseColumns = Math.ceil(Math.max(width, columns.input + columns.pad) / columns.dilation);
  const values = new Int16Array(outputDepth * turns * TAPS + AHEAD);
  for (let c = 0; c < outputDepth; c++) {
    for (let tap = 0; tap < columns.filter; tap++) {
      const from = c * size + tap * inputDepth;
      values.set(weights.slice(from, from + inputDepth), c * turns * TAPS + tap * depth);
    }
  }
  const { min, max } = int8Range(activation, output);
  const bits = min === -128 && max === 127 ? sumBits(channels) : 0;
  // A dot product ends one word beyond the window, of which pointers are one word short.
  const back = BYTES * (columns.stride * depth - turns * TAPS - AHEAD);
  return {
    header: "mac16_conv_1d.h",
    function: "mac16Conv1d",
    specialisedFor: bits === 0 ? [0, 0, 0] : [bits, columns.dilation * outputDepth, back],
    parameters: "Mac16Conv1dParameters",
    parametersOf: channels.type,
    fields: [
      [batch * rows.output, "rows"],
      [axisField(columns), `columns: ${AXIS_FIELDS}`],
      [inputDepth, "input depth"],
      [depth, "in whole words"],
      [outputDepth, "output depth"],
      [perTensor(inputs[0]).zeroPoint, "input zero point"],
      [turns, "turns of four taps"],
      clampField(activation, output),
      [{ name: "Weights", type: "int16_t", values }, "weights in int16, filters filled up to whole turns"],
      scalingField(channels),
      [phaseColumns, "columns of a phase"],
    ],
    scratch: [{ type: "int16_t", length: columns.dilation * phaseColumns * depth + TAPS + AHEAD }],
    inputs: [0],
    outputs: [0],
  };
}

/** Bits that sums may be clamped to for mac16Line of the kernel; 0 where it does not hold. */
function sumBits({ type, top, table: { values, record } }: ChannelScalings): number {
  if (type !== "SplitScaling") return 0;
  // The instruction clamps to 7 bits and more.
  const bits = Math.max(7, Math.ceil(Math.log2(top + 1)));
  if (bits < SPLIT_SUM_BITS) return bits;
  // The largest sum must stay within 32 bits with a rounding that lacks the zero point.
  for (let i = 0; i < values.length; i += record!.members) {
    const [, , high, , rounding, shift] = Array.from({ length: 6 }, (_, k) => values[i + k]!) as Six;
    if (2 ** bits * (high + 1) + rounding + 128 * 2 ** shift >= 2 ** 31) return 0;
  }
  return bits;
}

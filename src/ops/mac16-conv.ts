// CONV_2D of height 1 and FULLY_CONNECTED as mac16_conv_1d.h computes them: for which shapes, and the weights' layout.
import type { KernelCall } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import { type ConvolutionGeometry, simplified } from "./blocked-conv.ts";
import { channelScalings, clampField } from "./channel-scaling.ts";
import { AXIS_FIELDS, axisField, constantOf } from "./kernel-fields.ts";
import { perTensor } from "./quantization.ts";
import { mac16Work } from "./work.ts";

/** kMac16Taps and kMac16Ahead of mac16.h. */
const TAPS = 4;
const AHEAD = 2;
/** Of an int16. */
const BYTES = 2;

/** Null where windows span rows, are both spread out and strided, or the short requantisation does not hold. */
export function emitMac16Conv(
  geometry: ConvolutionGeometry,
  activation: FusedActivation,
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
): KernelCall | null {
  const { batch, rows, columns, inputDepth, outputDepth } = simplified(geometry);
  if (rows.filter !== 1 || rows.stride !== 1) return null;
  if (columns.dilation > 1 && columns.stride > 1) return null;
  const weights = constantOf(inputs[1]);
  const size = weights.length / outputDepth;
  const channels = channelScalings(inputs, output, (c) => [...weights.slice(c * size, (c + 1) * size)], 1);
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
  const rectified = min === -128 && max === 127 && perTensor(output).zeroPoint === -128;
  // A dot product ends one word beyond the window, of which pointers are one word short.
  const back = BYTES * (columns.stride * depth - turns * TAPS - AHEAD);
  return {
    header: "mac16_conv_1d.h",
    function: "mac16Conv1d",
    specialisedFor: rectified ? [1, columns.dilation * outputDepth, back] : [0, 0, 0],
    parameters: "Mac16Conv1dParameters",
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
      [channels, "start, mantissa, rounding, shift of each channel"],
      [phaseColumns, "columns of a phase"],
      [
        {
          name: "Widened",
          type: "int16_t",
          length: columns.dilation * phaseColumns * depth + TAPS + AHEAD,
        },
        "a row in int16",
      ],
    ],
    inputs: [0],
    outputs: [0],
    work: mac16Work({ batch, rows, columns, inputDepth }, outputDepth, { turns, rectified, phaseColumns }),
  };
}

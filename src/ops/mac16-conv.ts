// CONV_2D of height 1 and FULLY_CONNECTED as mac16_conv_1d.h computes them: for which shapes, and the weights' layout.
import type { KernelCall, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { FusedActivation } from "./activation.ts";
import { type ConvolutionGeometry, isOneByOne, simplified } from "./blocked-conv.ts";
import { type ChannelScalings, channelScalings, clampField, scalingField } from "./channel-scaling.ts";
import { overlapOf } from "./in-place.ts";
import { AXIS_FIELDS, axisField, constantOf } from "./kernel-fields.ts";
import { ADDED, AHEAD, inWords, TAPS, wordOrder } from "./mac16-layout.ts";
import { perTensor } from "./quantization.ts";
import { mac16Work } from "./work.ts";

/** Of an int16. */
const BYTES = 2;

/** Null where windows span rows, are both spread out and strided, or sums could leave 32 bits. */
export function emitMac16Conv(
  geometry: ConvolutionGeometry,
  activation: FusedActivation,
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  target: KernelTarget,
): KernelCall | null {
  const { batch, rows, columns, inputDepth, outputDepth } = simplified(geometry);
  if (!isOneByOne(rows)) return null;
  if (columns.dilation > 1 && columns.stride > 1) return null;
  const weights = constantOf(inputs[1]);
  const size = weights.length / outputDepth;
  const weightsOf = (c: number): number[] => [...weights.slice(c * size, (c + 1) * size)];
  const channels = channelScalings(inputs, output, activation, weightsOf, 1, target);
  if (channels === null) return null;
  const words = inWords(inputDepth);
  const depth = Math.ceil(inputDepth / 2) * 2;
  const turns = Math.ceil((columns.filter * depth) / TAPS);
  const width = (columns.output - 1) * columns.stride + (columns.filter - 1) * columns.dilation + 1;
  // Columns behind the last window belong to no output, but the walk over the input must come to its end.
  const phaseColumns = Math.ceil(Math.max(width, columns.input + columns.pad) / columns.dilation);
  const values = new Int16Array(outputDepth * turns * TAPS + AHEAD);
  for (let c = 0; c < outputDepth; c++) {
    for (let tap = 0; tap < columns.filter; tap++) {
      const [from, to] = [c * size + tap * inputDepth, c * turns * TAPS + tap * depth];
      for (let i = 0; i < inputDepth; i++) {
        values[to + i] = weights[from + (words ? wordOrder(i) : i)]!;
      }
    }
  }
  // A dot product ends one word beyond the window, of which pointers are one word short.
  const back = BYTES * (columns.stride * depth - turns * TAPS - AHEAD);
  return {
    header: "mac16_conv_1d.h",
    function: "mac16Conv1d",
    specialisedFor: [columns.dilation * outputDepth, back, words ? 1 : 0],
    parameters: "Mac16Conv1dParameters",
    parametersOf: [channels.type],
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
      scalingField(words ? withoutSigns(channels, weightsOf) : channels),
      [phaseColumns, "columns of a phase"],
    ],
    scratch: [{ type: "int16_t", length: columns.dilation * phaseColumns * depth + TAPS + AHEAD }],
    inputs: [0],
    outputs: [0],
    // A row is widened before the first of its outputs is written.
    overlaps: overlapOf(
      0,
      Array.from({ length: batch * rows.output }, (_, row) => ({
        firstRead: row * columns.input * inputDepth,
        lastWritten: (row + 1) * columns.output * outputDepth - 1,
      })),
    ),
    work: mac16Work(
      { batch, rows, columns, inputDepth },
      outputDepth,
      { turns, words, phaseColumns },
      channels.type,
    ),
  };
}

/** The channels with starts for values that have ADDED in them. */
function withoutSigns(
  { type, table }: ChannelScalings,
  weightsOf: (channel: number) => readonly number[],
): ChannelScalings {
  const { members } = table.record!;
  const values = Array.from(table.values, (value, i) => {
    if (i % members !== 0) return value;
    return value - ADDED * weightsOf(i / members).reduce((sum, weight) => sum + weight, 0);
  });
  return { type, table: { ...table, values } };
}

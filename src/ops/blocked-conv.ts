// CONV_2D and FULLY_CONNECTED as blocked_conv_2d.h computes them: which shapes, in what blocks, and the weights' layout.
import type { KernelCall, KernelScratch, KernelTarget } from "../ir/kernel.ts";
import type { Tensor } from "../ir/tensor.ts";
import type { FusedActivation } from "./activation.ts";
import { channelScalings, clampField, scalingField } from "./channel-scaling.ts";
import { type Access, overlapOf } from "./in-place.ts";
import { AXIS_FIELDS, axisField, constantOf } from "./kernel-fields.ts";
import { perTensor } from "./quantization.ts";
import type { Axis } from "./window2d.ts";
import { blockedWork } from "./work.ts";

export interface ConvolutionGeometry {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly inputDepth: number;
  readonly outputDepth: number;
}

/** kBlockChannels of dot_block.h. */
const BLOCK = 4;
/** Windows at a time, and instructions a multiply-accumulate with so many on rv32imc (npm run bench:chip). */
const WIDTHS = [
  { windows: 4, cost: 2.6 },
  { windows: 2, cost: 3 },
  { windows: 1, cost: 3.6 },
] as const;

/** Null where sums could leave 32 bits. */
export function emitBlockedConv(
  geometry: ConvolutionGeometry,
  activation: FusedActivation,
  inputs: readonly [Tensor, Tensor, Tensor],
  output: Tensor,
  target: KernelTarget,
): KernelCall | null {
  const { batch, rows, columns, inputDepth, outputDepth } = simplified(geometry);
  const weights = constantOf(inputs[1]);
  const size = weights.length / outputDepth;
  const weightsOf = (c: number): number[] => [...weights.slice(c * size, (c + 1) * size)];
  const channels = channelScalings(inputs, output, activation, weightsOf, BLOCK, target);
  if (channels === null) return null;
  const windows = widthFor(columns.output);
  return {
    header: "blocked_conv_2d.h",
    function: "blockedConv2d",
    specialisedFor: [windows, columns.stride * inputDepth],
    parameters: "BlockedConv2dParameters",
    parametersOf: [channels.type],
    fields: [
      [batch, "batches"],
      [axisField(rows), `rows: ${AXIS_FIELDS}`],
      [axisField(columns), `columns: ${AXIS_FIELDS}`],
      [inputDepth, "input depth"],
      [outputDepth, "output depth"],
      [perTensor(inputs[0]).zeroPoint, "input zero point"],
      clampField(activation, output),
      [
        { name: "Weights", type: "int8_t", values: interleaved(weights, outputDepth, size) },
        "weights, four filters interleaved",
      ],
      scalingField(channels),
    ],
    scratch: [paddedCopy(rows, columns, inputDepth, windows)],
    inputs: [0],
    outputs: [0],
    overlaps: overlapOf(0, accessesOf({ batch, rows, columns, inputDepth, outputDepth }, windows), true),
    work: blockedWork({ batch, rows, columns, inputDepth }, outputDepth, windows, channels.type),
  };
}

/** Positions without neighbours are one row of them. */
export function pointwise(positions: number): { readonly rows: Axis; readonly columns: Axis } {
  const axis = { filter: 1, stride: 1, dilation: 1, pad: 0 };
  return {
    rows: { ...axis, input: 1, output: 1 },
    columns: { ...axis, input: positions, output: positions },
  };
}

/** Whether each output position sees the input's one of the same place, and nothing else. */
export function isOneByOne({ input, output, filter, stride }: Axis): boolean {
  return filter === 1 && stride === 1 && output === input;
}

/** The same convolution with its positions along the columns, which is where windows are taken side by side. */
export function simplified(geometry: ConvolutionGeometry): ConvolutionGeometry {
  const { batch, rows, columns } = geometry;
  if (isOneByOne(rows) && isOneByOne(columns)) {
    return { ...geometry, batch: 1, ...pointwise(batch * rows.output * columns.output) };
  }
  if (isOneByOne(columns) && columns.input === 1) return { ...geometry, rows: columns, columns: rows };
  return geometry;
}

/** Block after block of `windows`: all filters read the same windows, and each writes its outputs at once. */
function accessesOf(
  { batch, rows, columns, inputDepth, outputDepth }: ConvolutionGeometry,
  windows: number,
): Access[] {
  const blocks = Math.ceil(columns.output / windows);
  return Array.from({ length: batch * rows.output * blocks }, (_, i) => {
    const [outputRow, block] = [Math.floor(i / blocks), i % blocks];
    const [b, row] = [Math.floor(outputRow / rows.output), outputRow % rows.output];
    // The last block begins earlier where a row is no whole number of them.
    const column = Math.min(block * windows, columns.output - windows);
    const first = (axis: Axis, position: number): number =>
      Math.min(Math.max(position * axis.stride - axis.pad, 0), axis.input - 1);
    const inputRow = b * rows.input + first(rows, row);
    return {
      firstRead: (inputRow * columns.input + first(columns, column)) * inputDepth,
      lastWritten: (outputRow * columns.output + column + windows) * outputDepth - 1,
    };
  });
}

function widthFor(positions: number): number {
  const costs = WIDTHS.filter(({ windows }) => windows <= positions).map(({ windows, cost }) => ({
    windows,
    total: Math.ceil(positions / windows) * windows * cost,
  }));
  return costs.reduce((best, next) => (next.total < best.total ? next : best)).windows;
}

/** [out, taps] to [blocks, taps, 4]. */
function interleaved(weights: ArrayLike<number>, filters: number, size: number): Int8Array {
  const values = new Int8Array(Math.ceil(filters / BLOCK) * BLOCK * size);
  for (let c = 0; c < filters; c++) {
    const block = Math.floor(c / BLOCK) * BLOCK * size + (c % BLOCK);
    for (let tap = 0; tap < size; tap++) values[block + tap * BLOCK] = weights[c * size + tap]!;
  }
  return values;
}

/** Memory for `windows` windows with their padding; null where none is needed. */
export function paddedCopy(rows: Axis, columns: Axis, depth: number, windows: number): KernelScratch | null {
  if (!reachesOut(rows) && !reachesOut(columns)) return null;
  const width = (windows - 1) * columns.stride + (columns.filter - 1) * columns.dilation + 1;
  return { type: "int8_t", length: rows.filter * width * depth };
}

function reachesOut({ input, output, filter, stride, dilation, pad }: Axis): boolean {
  return pad > 0 || (output - 1) * stride - pad + (filter - 1) * dilation >= input;
}

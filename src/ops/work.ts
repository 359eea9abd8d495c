// How much of what the kernels in C++ do, counted from a layer's shapes: what src/plan/instructions.ts weighs.
import type { KernelTarget, KernelWork } from "../ir/kernel.ts";
import { elementCount } from "../ir/tensor.ts";
import type { ChannelScalings } from "./channel-scaling.ts";
import { dimensionsOf } from "./strided-walk.ts";
import type { Axis } from "./window2d.ts";

/** A layer of sliding windows. */
interface Sliding {
  readonly batch: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly inputDepth: number;
}

type ScalingType = ChannelScalings["type"];

/** Outputs cost what their scaling does. */
export function outputsIn(scaling: ScalingType): string {
  return `outputs${scaling}`;
}

/** kBlockChannels of dot_block.h. */
const BLOCK = 4;

/** Of blocked_conv_2d.h, `windows` at a time; a step is one tap of a block's windows with its four filters. */
export function blockedWork(
  layer: Sliding,
  outputDepth: number,
  windows: number,
  scaling: ScalingType,
): KernelWork {
  const { batch, rows, columns, inputDepth } = layer;
  const perRow = Math.ceil(columns.output / windows);
  const groups = batch * rows.output * perRow;
  const blocks = groups * Math.ceil(outputDepth / BLOCK);
  const width = (windows - 1) * columns.stride + (columns.filter - 1) * columns.dilation + 1;
  const inside = count(columns.output, windows, (first) => {
    const start = Math.min(first, columns.output - windows);
    return isInside(columns, start, start + windows - 1);
  });
  const padded = groups - batch * insideCount(rows) * inside;
  return {
    groups,
    blocks,
    runs: blocks * rows.filter * (columns.dilation === 1 ? 1 : columns.filter),
    [`steps${windows}`]: blocks * rows.filter * columns.filter * inputDepth,
    [outputsIn(scaling)]: groups * windows * outputDepth,
    paddedGroups: padded,
    paddedRows: padded * rows.filter,
    paddedValues: padded * rows.filter * width * inputDepth,
  };
}

/** Of mac16_conv_1d.h; a turn is four taps of one window with one filter. */
export function mac16Work(
  { batch, rows, columns, inputDepth }: Sliding,
  outputDepth: number,
  { turns, words, phaseColumns }: { turns: number; words: boolean; phaseColumns: number },
  scaling: ScalingType,
): KernelWork {
  const lines = batch * rows.output;
  const outputs = lines * columns.output * outputDepth;
  const isPlain = columns.dilation === 1 && inputDepth % 2 === 0;
  return {
    lines,
    channels: lines * Math.min(columns.dilation, columns.output) * outputDepth,
    turns: outputs * turns,
    [outputsIn(scaling)]: outputs,
    pieces: isPlain ? lines : lines * phaseColumns * columns.dilation,
    [words ? "widenedWords" : "widenedValues"]: lines * columns.input * inputDepth,
  };
}

/** Of unrolled_depthwise_conv_2d.h, which copies `paddedRun` windows at a time where they reach into the padding. */
export function unrolledDepthwiseWork(layer: Sliding, paddedRun: number, scaling: ScalingType): KernelWork {
  const { batch, rows, columns, inputDepth: depth } = layer;
  const taps = rows.filter * columns.filter;
  const outputs = batch * rows.output * columns.output * depth;
  const wholeRows = batch * insideCount(rows);
  const inside = insideCount(columns);
  const border = Math.ceil((columns.output - inside) / paddedRun);
  const paddedRuns =
    wholeRows * border + (batch * rows.output - wholeRows) * Math.ceil(columns.output / paddedRun);
  const width = (paddedRun - 1) * columns.stride + (columns.filter - 1) * columns.dilation + 1;
  const filters = (paddedRuns + (inside > 0 ? wholeRows : 0)) * depth;
  return {
    filters,
    weights: filters * taps,
    macs: outputs * taps,
    [outputsIn(scaling)]: outputs,
    paddedRuns,
    paddedRows: paddedRuns * rows.filter,
    paddedValues: paddedRuns * rows.filter * width * depth,
  };
}

/** Of sliding_depthwise_conv_1d.h, over rows of which `inside` outputs have their last tap in the input. */
export function slidingDepthwiseWork(
  { batch, rows, columns, inputDepth: depth }: Sliding,
  inside: number,
  scaling: ScalingType,
  { mac16 }: KernelTarget,
): KernelWork {
  const { filter: taps, stride, output } = columns;
  const filters = batch * rows.output * depth;
  const turned = inside - (inside % taps);
  const work: KernelWork = {
    filters,
    weights: filters * taps,
    macs: filters * output * taps,
    loads: filters * output * stride,
    [outputsIn(scaling)]: filters * output,
    steps: filters * (inside - turned),
    shifted: filters * (output - turned) * (taps - stride),
    beyond: filters * (output - inside),
  };
  // The same function, in other instructions.
  return mac16
    ? Object.fromEntries(Object.entries(work).map(([kind, amount]) => [`${kind}Mac16`, amount]))
    : work;
}

/** Of the simple convolutions, which test every tap of every output. @param tapDepth values of one tap */
export function slidingWork(
  { batch, rows, columns }: Sliding,
  outputDepth: number,
  tapDepth: number,
): KernelWork {
  const outputs = batch * rows.output * columns.output * outputDepth;
  return {
    taps: outputs * rows.filter * columns.filter,
    macs: batch * tapsInside(rows) * tapsInside(columns) * outputDepth * tapDepth,
    outputs,
  };
}

/** Taps of a window that a compiler writes out one by one. */
const UNROLLED = 3;

/** Windows that are never cut have a size, and a mean a divisor, that the compiler knows. */
export function poolWork({ batch, rows, columns, inputDepth }: Sliding): KernelWork {
  const windows = batch * rows.output * columns.output;
  const values = batch * tapsInside(rows) * tapsInside(columns) * inputDepth;
  const outputs = windows * inputDepth;
  const taps = rows.filter * columns.filter;
  if (values < outputs * taps) return { windows, cutValues: values, cutOutputs: outputs };
  return taps > UNROLLED
    ? { windows, loopedValues: values, loopedOutputs: outputs }
    : { windows, values, outputs };
}

/** A whole sequence; the first step has no state to multiply. */
export function lstmWork(batch: number, steps: number, features: number, units: number): KernelWork {
  const rows = batch * steps;
  return {
    rows,
    cells: rows * units,
    products: (2 * rows - batch) * units,
    macs: (rows * features + (rows - batch) * units) * units * BLOCK,
  };
}

/** Of mac16_lstm.h. @param depths of the input and the state, with whether they are widened word by word */
export function mac16LstmWork(
  batch: number,
  steps: number,
  units: number,
  parts: readonly { readonly depth: number; readonly turns: number; readonly words: boolean }[],
): KernelWork {
  const rows = batch * steps;
  const work: Record<string, number> = { rows, cells: rows * units, turns: 0, products: 0 };
  parts.forEach(({ depth, turns, words }, i) => {
    // The first step has no state to multiply.
    const times = i === 0 ? rows : rows - batch;
    const widened = words ? "widenedWords" : "widenedValues";
    work[widened] = (work[widened] ?? 0) + times * depth;
    work["turns"] = work["turns"]! + times * units * BLOCK * turns;
    work["products"] = work["products"]! + times * units * BLOCK;
  });
  return work;
}

/** Of what a StridedWalk visits; a run is its innermost dimension. */
export function walkWork(
  shape: readonly number[],
  first: readonly number[],
  second: readonly number[],
): KernelWork {
  const values = elementCount(shape);
  return { runs: values / (dimensionsOf(shape, first, second).at(-1)?.size ?? 1), values };
}

/** Output positions whose every tap lies inside the input. */
function insideCount(axis: Axis): number {
  return count(axis.output, 1, (position) => isInside(axis, position, position));
}

/** isInside of padded_windows.h. */
function isInside({ input, filter, stride, dilation, pad }: Axis, first: number, last: number): boolean {
  return first * stride >= pad && last * stride - pad + (filter - 1) * dilation < input;
}

/** Pairs of an output position and a tap that lies inside the input. */
function tapsInside({ input, output, filter, stride, dilation, pad }: Axis): number {
  let inside = 0;
  for (let position = 0; position < output; position++) {
    inside += count(filter, 1, (tap) => {
      const at = position * stride - pad + tap * dilation;
      return at >= 0 && at < input;
    });
  }
  return inside;
}

function count(end: number, step: number, holds: (i: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < end; i += step) if (holds(i)) found++;
  return found;
}

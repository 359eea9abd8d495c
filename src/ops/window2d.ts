// The geometry that convolutions and pools share: NHWC shapes, SAME and VALID padding, strides and dilation.
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";

export type Padding = "SAME" | "VALID";

/** Padding of the TFLite schema. */
export const PADDING_CODES: Readonly<Record<Padding, number>> = { SAME: 0, VALID: 1 };
export function paddingOf(code: number): Padding | null {
  return code === 0 ? "SAME" : code === 1 ? "VALID" : null;
}

/** One spatial axis of a sliding window. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Leading padding: floor(total / 2), so SAME pads more behind than in front. */
  readonly pad: number;
}

/** Beyond it the kernels' 32-bit arithmetic of paddings and areas overflows. */
const MAX_EXTENT = 1 << 15;

/** Zeros before and after an axis, which a PAD in front of the operator would have put there. */
export type Border = readonly [before: number, after: number];

const NO_BORDER: Border = [0, 0];

/** @param border other than none only with VALID */
export function slide(
  padding: Padding,
  input: number,
  filter: number,
  stride: number,
  dilation: number,
  border: Border = NO_BORDER,
): Axis {
  if (stride < 1 || dilation < 1 || filter < 1) {
    throw new ShapeError(`filter ${filter}, stride ${stride} and dilation ${dilation} must be at least 1`);
  }
  const extent = (filter - 1) * dilation + 1;
  if (extent > MAX_EXTENT || stride > MAX_EXTENT) {
    throw new ShapeError(`filter extent ${extent} and stride ${stride} must be at most ${MAX_EXTENT}`);
  }
  const [before, after] = border;
  const padded = before + input + after;
  const output = padding === "SAME" ? Math.ceil(input / stride) : Math.ceil((padded - extent + 1) / stride);
  if (output < 1) throw new ShapeError(`a filter of extent ${extent} does not fit an input of ${input}`);
  const total = Math.max((output - 1) * stride + extent - input, 0);
  return {
    input,
    output,
    filter,
    stride,
    dilation,
    pad: padding === "SAME" ? Math.floor(total / 2) : before,
  };
}

/** Padded copies above this many elements are no wrist model's, and would only exhaust the memory. */
const MAX_PADDED_ELEMENTS = 1 << 25;

/** Padded positions that the taps of an axis touch. */
export function reach({ output, filter, stride, dilation }: Axis): number {
  return (output - 1) * stride + (filter - 1) * dilation + 1;
}

/** @throws ShapeError where strides or dilations reach so far that the padded input could not be held */
export function checkReach(batch: number, rows: Axis, columns: Axis, depth: number): void {
  const elements = batch * reach(rows) * reach(columns) * depth;
  if (elements > MAX_PADDED_ELEMENTS) {
    throw new ShapeError(
      `its taps reach over ${elements} padded values, at most ${MAX_PADDED_ELEMENTS} are supported`,
    );
  }
}

export interface Nhwc {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export function nhwc(tensor: Tensor): Nhwc {
  const [batch, height, width, channels] = tensor.shape;
  if (tensor.shape.length !== 4) {
    throw new ShapeError(
      `${tensor.name} has shape [${tensor.shape.join(", ")}], four dimensions (NHWC) expected`,
    );
  }
  return { batch: batch!, height: height!, width: width!, channels: channels! };
}

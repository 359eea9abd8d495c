// The grids of int8: of an activation, asymmetric; of weights, symmetric with a scale for each channel or one for all.
import type { PerTensorQuantization } from "../ir/tensor.ts";
import { clampInt8 } from "../util/fixedpoint.ts";

/** Of an activation: scale · (q − zeroPoint) with q in [−128, 127]. */
export type Grid = Pick<PerTensorQuantization, "scale" | "zeroPoint">;

/** Runs of `inner` elements that share a scale, `channels` scales in turn. */
export interface Channels {
  readonly channels: number;
  readonly inner: number;
}

/**
 * Half a step and a little. Integer averages have many ties, which AVERAGE_POOL_2D rounds away from q = 0; in float they
 * are ties but for the last bits. Nothing else that is rounded once has ties worth speaking of.
 */
const HALF = 0.5 + 1e-4;

/** The nearest value on the grid. */
export function onGrid(value: number, { scale, zeroPoint }: Grid): number {
  const q = value / scale + zeroPoint;
  const nearest = Math.trunc(q < 0 ? q - HALF : q + HALF);
  return scale * (clampInt8(nearest) - zeroPoint);
}

/** Whether the grid has a value within half a step. */
export function isInside(value: number, { scale, zeroPoint }: Grid): boolean {
  const q = value / scale + zeroPoint;
  return q > -129 + HALF && q < 128 - HALF;
}

/**
 * The nearest values on the grid, of values that are rounded before to so many bits below a step, of the last axis in
 * turn; then a tie goes away from the zero point.
 */
export function onGridTwice(
  from: Float32Array,
  to: Float32Array,
  { scale, zeroPoint }: Grid,
  fineBits: readonly number[],
): void {
  const units = Float64Array.from(fineBits, (bits) => 2 ** bits);
  const [lowest, highest] = [-128 - zeroPoint, 127 - zeroPoint];
  for (let start = 0; start < from.length; start += units.length) {
    for (let c = 0; c < units.length; c++) {
      const unit = units[c]!;
      const fine = Math.floor((from[start + c]! / scale) * unit + 0.5) / unit;
      // Exact, and so are its ties.
      const q = Math.trunc(fine < 0 ? fine - 0.5 : fine + 0.5);
      to[start + c] = scale * Math.min(highest, Math.max(lowest, q));
    }
  }
}

/** @param axis along which every index has a scale of its own; null for one scale */
export function channelsOf(shape: readonly number[], axis: number | null): Channels {
  const size = (dimensions: readonly number[]): number => dimensions.reduce((a, b) => a * b, 1);
  return axis === null
    ? { channels: 1, inner: size(shape) }
    : { channels: shape[axis]!, inner: size(shape.slice(axis + 1)) };
}

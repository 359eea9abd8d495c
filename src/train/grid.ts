// The grids of int8: of an activation, asymmetric; of weights, symmetric with a scale for each channel or one for all.
import type { PerTensorQuantization } from "../ir/tensor.ts";

/** Of an activation: scale · (q − zeroPoint) with q in [−128, 127]. */
export type Grid = Pick<PerTensorQuantization, "scale" | "zeroPoint">;

/** Runs of `inner` elements that share a scale, `channels` scales in turn. */
export interface Channels {
  readonly channels: number;
  readonly inner: number;
}

/**
 * Half a step and a little. Integer averages have many ties, which AVERAGE_POOL_2D rounds away from q = 0; in float they
 * are ties but for the last bits. Nothing else has ties worth speaking of.
 */
const HALF = 0.5 + 1e-3;

/** The nearest value on the grid. */
export function onGrid(value: number, { scale, zeroPoint }: Grid): number {
  const q = stepOf(value, scale, zeroPoint);
  return scale * (Math.min(127, Math.max(-128, q)) - zeroPoint);
}

/** Whether the grid has a value within half a step. */
export function isInside(value: number, { scale, zeroPoint }: Grid): boolean {
  const q = stepOf(value, scale, zeroPoint);
  return q >= -128 && q <= 127;
}

function stepOf(value: number, scale: number, zeroPoint: number): number {
  const q = value / scale + zeroPoint;
  return Math.trunc(q < 0 ? q - HALF : q + HALF);
}

/** @param axis along which every index has a scale of its own; null for one scale */
export function channelsOf(shape: readonly number[], axis: number | null): Channels {
  const size = (dimensions: readonly number[]): number => dimensions.reduce((a, b) => a * b, 1);
  return axis === null
    ? { channels: 1, inner: size(shape) }
    : { channels: shape[axis]!, inner: size(shape.slice(axis + 1)) };
}

// Blocks whose elements stand at their own steps in two memories, with as few dimensions as will do.
import type { KernelNumbers } from "../ir/kernel.ts";

interface Dimension {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** Outermost first; neighbours that are evenly spaced on both sides become one. */
export function dimensionsOf(
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
): Dimension[] {
  const result: Dimension[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const next = { size, from: from[i]!, to: to[i]! };
    const last = result.at(-1);
    if (last?.from === next.from * size && last.to === next.to * size) {
      result[result.length - 1] = { ...next, size: last.size * size };
    } else {
      result.push(next);
    }
  });
  return result;
}

/** kMaxRank of firmware/bandsmith/nn/strided_walk.h. */
const MAX_RANK = 5;

/** A StridedWalk of the kernels in C++: sizes, steps in the first memory, steps in the second. */
export function walkField(
  shape: readonly number[],
  first: readonly number[],
  second: readonly number[],
): KernelNumbers {
  const dimensions = dimensionsOf(shape, first, second);
  if (dimensions.length > MAX_RANK) {
    throw new Error(`Bug in Bandsmith: a walk over [${shape.join(", ")}] has too many dimensions`);
  }
  const absent = new Array<Dimension>(MAX_RANK - dimensions.length).fill({ size: 1, from: 0, to: 0 });
  const all = [...absent, ...dimensions];
  return [all.map(({ size }) => size), all.map(({ from }) => from), all.map(({ to }) => to)];
}

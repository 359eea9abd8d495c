// Greedy packing: each block at the lowest gap that fits, in an order, and the search for a better order by turning
// parts of it round. Where an operator may write over its input from some bytes before it, the output has to be placed
// before the larger input, which by size it never is.
import { type Block, liveBytes, lowestOffset, type Rival } from "./blocks.ts";

export interface Ordered {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/**
 * By size and then by time, or by how much is alive beside a block at its fullest step: the better of the two, each with
 * every part of its order turned round that makes it better; the answer is always the same.
 * @param lowerBound it ends where it reaches that
 * @param budget how many rivals are looked at before it gives up
 */
export function packInOrder(
  blocks: readonly Block[],
  rivals: readonly (readonly Rival[])[],
  lowerBound: number,
  budget: number,
): Ordered {
  const live = liveBytes(blocks);
  const breadths = blocks.map(({ first, last }) => Math.max(0, ...live.slice(first, last + 1)));
  const bySize = (a: number, b: number): number =>
    blocks[b]!.bytes - blocks[a]!.bytes || blocks[a]!.first - blocks[b]!.first || a - b;
  const indices = blocks.map((_, i) => i);
  const one = turnedRound(blocks, rivals, [...indices].sort(bySize), lowerBound, budget / 2);
  if (one.bytes === lowerBound) return one;
  const order = [...indices].sort((a, b) => breadths[b]! - breadths[a]! || bySize(a, b));
  const other = turnedRound(blocks, rivals, order, lowerBound, budget / 2);
  return other.bytes < one.bytes ? other : one;
}

function turnedRound(
  blocks: readonly Block[],
  rivals: readonly (readonly Rival[])[],
  start: readonly number[],
  lowerBound: number,
  budget: number,
): Ordered {
  const effort = rivals.reduce((sum, own) => sum + own.length + 1, 0);
  let order = start;
  let best = packed(blocks, rivals, order);
  let left = budget;
  for (let improved = true; improved; ) {
    improved = false;
    for (let from = 0; from < order.length - 1; from++) {
      for (let to = from + 2; to <= order.length; to++) {
        if (best.bytes === lowerBound || left < effort) return best;
        left -= effort;
        const turned = [...order.slice(0, from), ...order.slice(from, to).reverse(), ...order.slice(to)];
        const other = packed(blocks, rivals, turned);
        if (other.bytes >= best.bytes) continue;
        best = other;
        order = turned;
        improved = true;
      }
    }
  }
  return best;
}

function packed(
  blocks: readonly Block[],
  rivals: readonly (readonly Rival[])[],
  order: readonly number[],
): Ordered {
  const offsets = new Array<number>(blocks.length).fill(Number.NaN);
  for (const i of order) offsets[i] = lowestOffset(rivals[i]!, offsets);
  return { offsets, bytes: Math.max(0, ...blocks.map(({ bytes }, i) => offsets[i]! + bytes)) };
}

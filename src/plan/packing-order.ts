// Greedy packing: each block at the lowest gap that fits, in an order, and the search for a better order by turning
// parts of it round. Where an operator may write over its input from some bytes before it, the output has to be placed
// before the larger input, which by size it never is.
import { type Block, lowestOffset, type Rival } from "./blocks.ts";

export interface Ordered {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/**
 * By size, then by time (equal ones in their order), then with every part of that order turned round that makes it
 * better; the answer is always the same.
 * @param lowerBound it ends where it reaches that
 * @param budget how many rivals are looked at before it gives up
 */
export function packInOrder(
  blocks: readonly Block[],
  rivals: readonly (readonly Rival[])[],
  lowerBound: number,
  budget: number,
): Ordered {
  const effort = rivals.reduce((sum, own) => sum + own.length + 1, 0);
  let order = blocks.map((_, i) => i);
  order.sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || blocks[a]!.first - blocks[b]!.first || a - b);
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

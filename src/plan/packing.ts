// Blocks with lifetimes into one stretch of memory: greedily, and by search where that misses the lower bound.
import { type Block, liveBytes, lowestOffset, type Rival, rivalsOf } from "./blocks.ts";
import { improve } from "./packing-search.ts";

/** How many rivals the search looks at: well below a second. No clock, so that the answer is always the same. */
const BUDGET = 4_000_000;

export interface Packing {
  readonly offsets: readonly number[];
  /** Where the last block ends. */
  readonly bytes: number;
  /** The most bytes alive at any one step, what may overlap counted once: no packing can need less. */
  readonly lowerBound: number;
  /** Whether it is proved that there is no smaller one. */
  readonly isOptimal: boolean;
}

/** The largest first, each at the lowest gap that fits; then a search, if that may help. */
export function packBlocks(blocks: readonly Block[], budget = BUDGET): Packing {
  const rivals = blocks.map((_, i) => rivalsOf(blocks, i));
  const lowerBound = Math.max(0, ...liveBytes(blocks));
  const offsets = packGreedily(blocks, rivals);
  const bytes = extentOf(blocks, offsets);
  if (bytes === lowerBound) return { offsets, bytes, lowerBound, isOptimal: true };
  const found = improve({ blocks, rivals, lowerBound, best: bytes, budget });
  const better = found.offsets ?? offsets;
  const reached = extentOf(blocks, better);
  return {
    offsets: better,
    bytes: reached,
    lowerBound,
    isOptimal: found.isComplete || reached === lowerBound,
  };
}

/** By size, then by time; equal ones in their order, so that the answer is always the same. */
function packGreedily(blocks: readonly Block[], rivals: readonly (readonly Rival[])[]): number[] {
  const order = blocks.map((_, i) => i);
  order.sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || blocks[a]!.first - blocks[b]!.first || a - b);
  const offsets = new Array<number>(blocks.length).fill(Number.NaN);
  for (const i of order) offsets[i] = lowestOffset(rivals[i]!, offsets);
  return offsets;
}

function extentOf(blocks: readonly Block[], offsets: readonly number[]): number {
  return Math.max(0, ...blocks.map(({ bytes }, i) => offsets[i]! + bytes));
}

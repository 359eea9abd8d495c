// Blocks with lifetimes into one stretch of memory: greedily, and by search where that misses the lower bound.
import { type Block, liveBytes, rivalsOf } from "./blocks.ts";
import { packInOrder } from "./packing-order.ts";
import { improve } from "./packing-search.ts";

/** How many rivals each of the two searches looks at: well below a second. No clock, so that the answer is always the same. */
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

/** Greedily in a good order; then by a search for something better, if there may be. */
export function packBlocks(blocks: readonly Block[], budget = BUDGET): Packing {
  const rivals = blocks.map((_, i) => rivalsOf(blocks, i));
  const lowerBound = Math.max(0, ...liveBytes(blocks));
  const { offsets, bytes } = packInOrder(blocks, rivals, lowerBound, budget);
  if (bytes === lowerBound) return { offsets, bytes, lowerBound, isOptimal: true };
  const found = improve({ blocks, rivals, lowerBound, best: bytes, budget });
  const better = found.offsets ?? offsets;
  const reached = Math.max(0, ...blocks.map((block, i) => better[i]! + block.bytes));
  return {
    offsets: better,
    bytes: reached,
    lowerBound,
    isOptimal: found.isComplete || reached === lowerBound,
  };
}

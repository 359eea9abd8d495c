// Branch and bound over the order in which blocks begin in memory. In some smallest packing every block lies as low as
// the blocks that begin before it allow, since pushing a block down never disturbs one above it; so it is enough to
// try, from the bottom up, which block comes next.
import { type Block, lowestOffset, overlaps, type Rival } from "./blocks.ts";

export interface Search {
  readonly blocks: readonly Block[];
  readonly rivals: readonly (readonly Rival[])[];
  /** It ends where it finds a packing of so many bytes. */
  readonly lowerBound: number;
  /** Bytes of the packing that is to be bettered. */
  readonly best: number;
  /** How many rivals are looked at before it gives up. */
  readonly budget: number;
}

export interface Found {
  /** Null where nothing better was found. */
  readonly offsets: readonly number[] | null;
  /** Whether everything was tried: then there is nothing better. */
  readonly isComplete: boolean;
}

export function improve({ blocks, rivals, lowerBound, best, budget }: Search): Found {
  const steps = Math.max(0, ...blocks.map(({ last }) => last + 1));
  const shared = overlaps(blocks, steps);
  const offsets = new Array<number>(blocks.length).fill(Number.NaN);
  /** Of the blocks that are not placed yet, at each step. */
  const waiting = new Array<number>(steps).fill(0);
  for (const { bytes, first, last } of blocks) {
    for (let step = first; step <= last; step++) waiting[step]! += bytes;
  }
  let found: readonly number[] | null = null;
  let limit = best;
  let left = budget;

  /** What waits lies above what is placed, but for what may overlap. */
  const canBeBetter = (floor: number, tops: readonly number[]): boolean =>
    waiting.every(
      (bytes, step) => bytes === 0 || Math.max(floor, tops[step]!) + bytes - shared[step]! < limit,
    );

  const place = (count: number, floor: number, tops: readonly number[]): void => {
    if (count === blocks.length) {
      found = [...offsets];
      limit = Math.max(...tops);
      return;
    }
    for (const { index, offset } of nextBlocks(floor)) {
      // The limit may have fallen since the candidates were listed.
      const { bytes, first, last } = blocks[index]!;
      if (limit === lowerBound || offset + bytes >= limit) continue;
      if (left <= 0) return;
      const higher = tops.map((top, s) => (first <= s && s <= last ? Math.max(top, offset + bytes) : top));
      offsets[index] = offset;
      for (let step = first; step <= last; step++) waiting[step]! -= bytes;
      if (canBeBetter(offset, higher)) place(count + 1, offset, higher);
      for (let step = first; step <= last; step++) waiting[step]! += bytes;
      offsets[index] = Number.NaN;
    }
  };

  /** Which may come next, the lowest and then the longest-lived and largest first; none where some cannot fit. */
  const nextBlocks = (floor: number): readonly Candidate[] => {
    const candidates: Candidate[] = [];
    for (let index = 0; index < blocks.length; index++) {
      if (!Number.isNaN(offsets[index]!)) continue;
      const offset = lowestOffset(rivals[index]!, offsets);
      left -= rivals[index]!.length + 1;
      if (Math.max(offset, floor) + blocks[index]!.bytes >= limit) return [];
      candidates.push({ index, offset });
    }
    // Behind the end of one that could lie lower, that one would never come to its place.
    const end = Math.min(...candidates.map(({ index, offset }) => offset + blocks[index]!.bytes));
    return candidates
      .filter(({ offset }) => offset >= floor && offset < end)
      .sort(
        (a, b) =>
          a.offset - b.offset || weight(blocks[b.index]!) - weight(blocks[a.index]!) || a.index - b.index,
      );
  };

  place(0, 0, new Array<number>(steps).fill(0));
  return { offsets: found, isComplete: left > 0 };
}

interface Candidate {
  readonly index: number;
  readonly offset: number;
}

function weight({ bytes, first, last }: Block): number {
  return bytes * (last - first + 1);
}

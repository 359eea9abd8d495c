// Blocks of memory with lifetimes: which of them are rivals, where one may lie, and what they need at least.

/** What is to be placed. Sizes and leads are multiples of the alignment that the offsets are to have. */
export interface Block {
  readonly bytes: number;
  /** First and last step at which it is needed. */
  readonly first: number;
  readonly last: number;
  /** Blocks by their index that this one may overlap, if it begins at least `lead` bytes before them. */
  readonly over: readonly { readonly index: number; readonly lead: number }[];
}

/** Another block that is alive at the same time: one of the two begins so many bytes before the other. */
export interface Rival {
  readonly index: number;
  /** At least, if the block begins first. */
  readonly before: number;
  /** At least, if the rival begins first. */
  readonly after: number;
}

/** In the order of the blocks. */
export function rivalsOf(blocks: readonly Block[], i: number): Rival[] {
  const block = blocks[i]!;
  return blocks.flatMap((other, index) => {
    if (index === i || other.first > block.last || block.first > other.last) return [];
    return [{ index, before: leadOver(blocks, i, index), after: leadOver(blocks, index, i) }];
  });
}

/** By how much the lower one must begin before the upper one. */
function leadOver(blocks: readonly Block[], lower: number, upper: number): number {
  const { bytes, over } = blocks[lower]!;
  return Math.min(bytes, over.find(({ index }) => index === upper)?.lead ?? bytes);
}

/** The lowest offset that the rivals leave, of which NaN ones are not placed yet. */
export function lowestOffset(rivals: readonly Rival[], offsets: readonly number[]): number {
  const taken = rivals
    .filter(({ index }) => !Number.isNaN(offsets[index]!))
    .map(({ index, before, after }) => ({ above: offsets[index]! - before, below: offsets[index]! + after }))
    .sort((a, b) => a.above - b.above);
  let offset = 0;
  for (const { above, below } of taken) {
    if (offset <= above) break;
    offset = Math.max(offset, below);
  }
  return offset;
}

/** For every step the bytes that any packing needs there. */
export function liveBytes(blocks: readonly Block[]): number[] {
  const steps = Math.max(0, ...blocks.map(({ last }) => last + 1));
  const live = new Array<number>(steps).fill(0);
  for (const { bytes, first, last } of blocks) {
    for (let step = first; step <= last; step++) live[step]! += bytes;
  }
  return overlaps(blocks, steps).map((saved, step) => live[step]! - saved);
}

/** For every step the bytes that blocks may share there at most. What a block may overlap is apart from each other. */
export function overlaps(blocks: readonly Block[], steps: number): number[] {
  const shared = new Array<number>(steps).fill(0);
  for (const { bytes, first, last, over } of blocks) {
    for (let step = first; step <= last; step++) {
      const parts = over
        .map(({ index, lead }) => ({ ...blocks[index]!, free: Math.max(0, bytes - lead) }))
        .filter((below) => below.first <= step && step <= below.last);
      const sum = parts.reduce((total, part) => total + Math.min(part.free, part.bytes), 0);
      shared[step]! += Math.min(sum, Math.max(0, ...parts.map(({ free }) => free)));
    }
  }
  return shared;
}

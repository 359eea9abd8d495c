// Packings of random blocks: nothing overlaps that may not, nothing is below the bound, and tiny ones are as small as
// trying every offset makes them.
import { describe, expect, it } from "vitest";
import type { Block } from "../../src/plan/blocks.ts";
import { extentOf, placeBuffers } from "../../src/plan/offsets.ts";
import { type Packing, packBlocks } from "../../src/plan/packing.ts";
import { type Random, seededRandom } from "../../src/util/random.ts";

const UNIT = 4;

/** Blocks of a few units; some may overlap one whose last step is their first. */
function randomBlocks(random: Random, count: number, steps: number, largest: number): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < count; i++) {
    const first = random.integer(steps);
    const last = Math.min(steps - 1, first + random.integer(4));
    const over = blocks.flatMap((below, index) =>
      below.last === first && below.first < first && random.uniform() < 0.5
        ? [{ index, lead: UNIT * random.integer(3) }]
        : [],
    );
    blocks.push({ bytes: UNIT * (1 + random.integer(largest)), first, last, over });
  }
  return blocks;
}

/** By the words of Block alone. */
function fits(blocks: readonly Block[], offsets: readonly number[], a: number, b: number): boolean {
  const [x, y] = [blocks[a]!, blocks[b]!];
  if (x.first > y.last || y.first > x.last) return true;
  if (offsets[a]! + x.bytes <= offsets[b]! || offsets[b]! + y.bytes <= offsets[a]!) return true;
  const mayLie = (upper: number, lower: number): boolean =>
    blocks[lower]!.over.some(
      ({ index, lead }) => index === upper && offsets[lower]! + lead <= offsets[upper]!,
    );
  return mayLie(a, b) || mayLie(b, a);
}

function expectSound(blocks: readonly Block[], { offsets, bytes, lowerBound, isOptimal }: Packing): void {
  blocks.forEach((block, a) => {
    expect(offsets[a]! % UNIT).toBe(0);
    expect(offsets[a]).toBeGreaterThanOrEqual(0);
    expect(offsets[a]! + block.bytes).toBeLessThanOrEqual(bytes);
    for (let b = 0; b < a; b++) expect(fits(blocks, offsets, a, b), `${a} and ${b}`).toBe(true);
  });
  expect(bytes).toBeGreaterThanOrEqual(lowerBound);
  if (bytes === lowerBound) expect(isOptimal).toBe(true);
}

/** Every offset of every block. */
function smallest(blocks: readonly Block[], limit: number): number {
  const offsets: number[] = [];
  const place = (i: number, top: number, best: number): number => {
    if (i === blocks.length) return top;
    let least = best;
    for (let offset = 0; offset + blocks[i]!.bytes < least; offset += UNIT) {
      offsets[i] = offset;
      const isFree = blocks.slice(0, i).every((_, j) => fits(blocks, offsets, i, j));
      if (isFree) least = Math.min(least, place(i + 1, Math.max(top, offset + blocks[i]!.bytes), least));
    }
    return least;
  };
  return place(0, 0, limit + UNIT);
}

describe("packBlocks", () => {
  it("is sound on 300 random sets of up to 40 blocks", () => {
    const random = seededRandom("packing");
    let searched = 0;
    for (let i = 0; i < 300; i++) {
      const blocks = randomBlocks(random, 1 + random.integer(40), 12, 60);
      const packing = packBlocks(blocks, 20_000);
      expectSound(blocks, packing);
      if (packing.bytes > packing.lowerBound) searched++;
    }
    expect(searched).toBeGreaterThan(0);
  });

  it("finds the smallest of 400 tiny sets, and proves it", () => {
    const random = seededRandom("tiny");
    let aboveBound = 0;
    for (let i = 0; i < 400; i++) {
      const blocks = randomBlocks(random, 2 + random.integer(5), 5, 4);
      const packing = packBlocks(blocks);
      expectSound(blocks, packing);
      expect(packing.isOptimal).toBe(true);
      expect(packing.bytes, JSON.stringify(blocks)).toBe(smallest(blocks, packing.bytes));
      if (packing.bytes > packing.lowerBound) aboveBound++;
    }
    // The bound alone would not have told.
    expect(aboveBound).toBeGreaterThan(0);
  });

  it("betters what is greedy by size, and is never worse", () => {
    const random = seededRandom("greedy");
    let better = 0;
    for (let i = 0; i < 100; i++) {
      const blocks = randomBlocks(random, 12, 8, 30).map((block) => ({ ...block, over: [] }));
      const greedy = extentOf(placeBuffers(blocks.map((block, name) => ({ ...block, name: `${name}` }))));
      const { bytes } = packBlocks(blocks);
      expect(bytes).toBeLessThanOrEqual(greedy);
      if (bytes < greedy) better++;
    }
    expect(better).toBeGreaterThan(0);
  });

  it("places an output before the larger input that it may write over from some bytes before", () => {
    // A convolution of 960 bytes with scratch memory, a pool in its place, a convolution that begins 96 bytes before the
    // pool's output, and small late blocks in whose orders the search would get lost.
    const late = Array.from({ length: 12 }, (_, i) => ({ bytes: 24, first: 4 + i, last: 6 + i, over: [] }));
    const blocks: Block[] = [
      { bytes: 960, first: 0, last: 1, over: [] },
      { bytes: 48, first: 0, last: 0, over: [] },
      { bytes: 480, first: 1, last: 2, over: [{ index: 0, lead: 0 }] },
      { bytes: 480, first: 2, last: 3, over: [{ index: 2, lead: 96 }] },
      { bytes: 128, first: 2, last: 2, over: [] },
      ...late,
    ];
    const packing = packBlocks(blocks);
    expectSound(blocks, packing);
    expect(packing.bytes).toBe(96 + 960);
  });

  it("says so where the budget ends the search", () => {
    const random = seededRandom("budget");
    const packings = Array.from({ length: 100 }, () => packBlocks(randomBlocks(random, 30, 10, 50), 50));
    expect(packings.some(({ isOptimal }) => !isOptimal)).toBe(true);
    for (const { bytes, lowerBound, isOptimal } of packings) {
      if (!isOptimal) expect(bytes).toBeGreaterThan(lowerBound);
    }
  });

  it("packs nothing into nothing", () => {
    expect(packBlocks([])).toEqual({ offsets: [], bytes: 0, lowerBound: 0, isOptimal: true });
  });
});

// The memory plan: nothing that lives at the same time overlaps, and the arena matches what chips were seen to use.
import { describe, expect, it } from "vitest";
import { planOffsets } from "../../src/plan/offsets.ts";
import { tflmArena } from "../../src/plan/tflm-arena.ts";
import { randomNet } from "../support/random-graph.ts";

describe("planOffsets", () => {
  it("never overlaps two tensors that are alive together, on 100 nets", () => {
    for (let i = 0; i < 100; i++) {
      const { placements, bytes, lowerBound } = planOffsets(randomNet(`plan/${i}`));
      expect(bytes).toBeGreaterThanOrEqual(lowerBound);
      placements.forEach((a, x) => {
        expect(a.offset % 16).toBe(0);
        expect(a.offset + a.bytes).toBeLessThanOrEqual(bytes);
        for (const b of placements.slice(x + 1)) {
          const together = a.first <= b.last && b.first <= a.last;
          const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
          expect(!together || apart).toBe(true);
        }
      });
    }
  });

  it("is optimal for a plain chain", () => {
    for (let i = 0; i < 20; i++) {
      const { bytes, lowerBound } = planOffsets(randomNet(`chain/${i}`));
      expect(bytes).toBeLessThanOrEqual(lowerBound * 1.34);
    }
  });
});

describe("tflmArena", () => {
  it("adds records and scratch to the plan and grows for vector kernels", () => {
    const net = randomNet("arena");
    const plain = tflmArena(net, false);
    expect(plain.total % 64).toBe(0);
    expect(plain.total).toBeGreaterThanOrEqual(plain.activations + plain.records + plain.scratch);
    expect(plain.activations).toBeGreaterThanOrEqual(planOffsets(net).bytes);
    expect(tflmArena(net, true).total).toBeGreaterThan(plain.total);
  });
});

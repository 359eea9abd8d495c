// The memory plan: nothing that lives at the same time overlaps, and the arena matches what chips were seen to use.
import { describe, expect, it } from "vitest";
import { tensorOf } from "../../src/ir/graph.ts";
import { byteLength } from "../../src/ir/tensor.ts";
import { callsOf, compiledArena, planCompiledMemory } from "../../src/plan/compiled-memory.ts";
import { planOffsets } from "../../src/plan/offsets.ts";
import { tflmArena } from "../../src/plan/tflm-arena.ts";
import { RANDOM_NETS, randomNet } from "../support/random-graph.ts";

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

describe("planCompiledMemory", () => {
  it("never overlaps what a node reads, what it writes, and what is still needed, on 100 branching nets", () => {
    for (let i = 0; i < 100; i++) {
      const graph = RANDOM_NETS["branching nets"]!(`compiled/${i}`);
      const { locationOf, bytes } = planCompiledMemory(graph, callsOf(graph));
      const span = (name: string): readonly [number, number] | null => {
        const location = locationOf(name);
        if (location.kind !== "arena") return null;
        return [location.offset, location.offset + byteLength(tensorOf(graph, name))];
      };
      graph.nodes.forEach(({ op, outputs }, index) => {
        if (op.view === true) return;
        const later = graph.nodes.slice(index).flatMap(({ inputs }) => inputs);
        const made = new Set(graph.nodes.slice(0, index).flatMap((node) => node.outputs));
        const alive = [...new Set([...later, ...outputs])].filter(
          (name) => made.has(name) || outputs.includes(name),
        );
        for (const output of outputs) {
          const own = span(output);
          if (own === null) continue;
          expect(own[0] % 4).toBe(0);
          expect(own[1]).toBeLessThanOrEqual(bytes);
          for (const other of alive) {
            const there = other === output ? null : span(other);
            if (there !== null)
              expect(there[1] <= own[0] || own[1] <= there[0], `${i}: ${output}, ${other}`).toBe(true);
          }
        }
      });
    }
  });

  it("needs no more than TFLite Micro's activations: input, output and views take nothing", () => {
    for (let i = 0; i < 20; i++) {
      const net = randomNet(`compiled/${i}`);
      const { activations, total } = compiledArena(net);
      expect(activations).toBeLessThanOrEqual(planOffsets(net).bytes);
      expect(total).toBeLessThanOrEqual(tflmArena(net, false).total);
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

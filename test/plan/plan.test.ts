// The memory plan: nothing that lives at the same time overlaps, and the arena matches what chips were seen to use.
import { describe, expect, it } from "vitest";
import { type Graph, tensorOf } from "../../src/ir/graph.ts";
import { type KernelTarget, MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { byteLength } from "../../src/ir/tensor.ts";
import { callsOf, compiledArena, planCompiledMemory } from "../../src/plan/compiled-memory.ts";
import { planOffsets } from "../../src/plan/offsets.ts";
import { tflmArena } from "../../src/plan/tflm-arena.ts";
import { randomOverlapNet } from "../support/overlap-net.ts";
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

interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * What is wrong with a plan. At every node, what it writes, tensors and scratch memory, must lie apart from each other
 * and from all that is there and still needed, but for inputs that its kernel says it may overlap.
 */
function faultsOf(graph: Graph, target: KernelTarget): string[] {
  const calls = callsOf(graph, target);
  const { locationOf, offsetOf, bytes } = planCompiledMemory(graph, calls);
  const faults: string[] = [];
  const spansOf = (names: readonly string[]): Span[] =>
    names.flatMap((name) => {
      const location = locationOf(name);
      if (location.kind !== "arena") return [];
      return [{ name, from: location.offset, to: location.offset + byteLength(tensorOf(graph, name)) }];
    });
  const expectApart = (a: Span, others: readonly Span[]): void => {
    if (a.from % 4 !== 0 || a.to > bytes) faults.push(`${a.name} at ${a.from} to ${a.to} of ${bytes}`);
    for (const b of others) if (a.from < b.to && b.from < a.to) faults.push(`${a.name} on ${b.name}`);
  };
  const made = new Set<string>();
  graph.nodes.forEach((node, i) => {
    const { op, inputs, outputs } = node;
    for (const name of outputs) made.add(name);
    if (op.view === true) return;
    const later = new Set(graph.nodes.slice(i + 1).flatMap((other) => other.inputs));
    const needed = spansOf([...later].filter((name) => made.has(name) && !outputs.includes(name)));
    const [read, written] = [spansOf(inputs), spansOf(outputs)];
    for (const { scratch } of calls.get(node)!) {
      const own = (scratch ?? []).flatMap((one, k): Span[] => {
        if (one === null) return [];
        const size = one.length * (one.type === "int8_t" ? 1 : one.type === "int16_t" ? 2 : 4);
        return [{ name: `scratch ${i}.${k}`, from: offsetOf(one), to: offsetOf(one) + size }];
      });
      own.forEach((one, k) => {
        expectApart(one, [...needed, ...read, ...written, ...own.slice(k + 1)]);
      });
    }
    const overlaps = calls.get(node)!.length === 1 ? (calls.get(node)![0]!.overlaps ?? []) : [];
    written.forEach((place, k) => {
      const mayBeThere = ({ name, from }: Span): boolean =>
        inputs.every((input, at) => {
          if (input !== name) return true;
          const lead = overlaps.find((overlap) => overlap.input === at)?.lead;
          return lead !== undefined && place.from + lead <= from;
        });
      expectApart(place, [...needed, ...written.slice(k + 1), ...read.filter((one) => !mayBeThere(one))]);
    });
  });
  return faults;
}

describe("planCompiledMemory", () => {
  it.each([
    ["branching nets", RANDOM_NETS["branching nets"]!],
    ["nets whose values die and live on", randomOverlapNet],
  ])("gives no memory away that is still needed, on 100 %s", (_, make) => {
    for (let i = 0; i < 100; i++) {
      for (const target of [PORTABLE, MAC16]) expect(faultsOf(make(`compiled/${i}`), target)).toEqual([]);
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

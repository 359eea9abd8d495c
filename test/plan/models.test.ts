// The networks that ship, on every chip: how near to the lower bound their memory comes.
import { describe, expect, it } from "vitest";
import { MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { callsOf, planCompiledMemory } from "../../src/plan/compiled-memory.ts";
import { compiledSize } from "../../src/plan/compiled-size.ts";
import { PREPROCESSING } from "../codegen/small-project.ts";
import { MODEL_NAMES, modelGraph } from "../support/bandx.ts";

const TARGETS = [
  ["portable", PORTABLE],
  ["MAC16", MAC16],
] as const;
const LABELS = ["a", "b", "c", "d", "e", "f", "g"];

describe.each(MODEL_NAMES)("%s", (name) => {
  it.each(TARGETS)(
    "%s: has the smallest arena, or one at most a twentieth above its lower bound",
    async (_name, target) => {
      const graph = await modelGraph(name, { ...PREPROCESSING, windowSamples: 60, labels: LABELS });
      const { bytes, lowerBound, isOptimal } = planCompiledMemory(graph, callsOf(graph, target));
      expect(lowerBound).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThanOrEqual(lowerBound);
      // Where everything was tried, nothing smaller exists, however far below it the bound lies.
      if (!isOptimal) expect(bytes).toBeLessThanOrEqual(lowerBound * 1.05);
      expect(compiledSize(graph, target).ramBytes).toBe(bytes + LABELS.length);
    },
  );
});

describe("bandx-cnn", () => {
  it.each(TARGETS)("%s: infers in less than 6 KB of RAM", async (_name, target) => {
    const graph = await modelGraph("bandx-cnn", { ...PREPROCESSING, windowSamples: 60, labels: LABELS });
    expect(compiledSize(graph, target).ramBytes).toBeLessThan(6 * 1024);
  });
});

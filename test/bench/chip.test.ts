// What bench:chip rests on: the networks that it measures, its baseline, and the fit.
import { describe, expect, it } from "vitest";
import { type Baseline, type Entry, judge, updated } from "../../bench/chip/baseline.ts";
import { microbiGraph } from "../../bench/chip/microbi.ts";
import { fitCosts, predicted } from "../../bench/chip/nonnegative.ts";
import { countMacs } from "../../src/ir/graph.ts";
import { COST_CORES, estimate } from "../../src/plan/instructions.ts";
import { networkSources } from "../firmware/support/networks.ts";

describe("MicroBi-ConvLSTM", () => {
  const graph = microbiGraph();
  const source = networkSources([graph]).get("n0.cpp")!;

  it("is a loop over the forward layer, and one evaluation of the backward cell", () => {
    const calls = source.match(/^ {2}bandsmith::\w+/gm)!.map((call) => call.trim());
    expect(calls.filter((call) => call.endsWith("Lstm"))).toHaveLength(2);
    const steps = [
      ...source.matchAll(
        /BlockedLstmParameters<bandsmith::ChannelScaling> \w+ = \{\n.*\/\/ batches\n *(\d+), .*\/\/ steps/g,
      ),
    ];
    expect(steps.map(([, count]) => Number(count))).toEqual([32, 1]);
    expect(calls.length).toBeLessThanOrEqual(graph.nodes.length);
  });

  it("multiplies as published, but for the backward layer's other 31 steps", () => {
    const step = 4 * 24 * (16 + 24);
    expect(countMacs(graph)).toBe(128 * 16 * 45 + 64 * 16 * 80 + 33 * step + 288);
    expect(countMacs(graph) + 31 * step).toBe(420_128);
  });

  it("fits 16 KB of flash and 8 KB of memory", () => {
    const { constantBytes, memoryBytes } = estimate(graph, COST_CORES[0]!)!;
    expect(constantBytes).toBeLessThan(16 * 1024);
    expect(memoryBytes).toBeLessThan(8 * 1024);
  });
});

const figures = { instructions: 1000, code: 100, constants: 100, memory: 100 };
const entry = (model: string, core: string, instructions: number): Entry => ({
  model,
  core,
  optimize: "-O2",
  figures: { ...figures, instructions },
});

describe("the baseline", () => {
  const baseline: Baseline = {
    compilers: { rv32: "g++ 12" },
    figures: { "net rv32 -O2": figures, "net rv32 -Os": figures, "net lx6 -O2": figures },
  };

  it("fails a figure that is more than 2 % above it, and no other", () => {
    expect(judge(baseline, [entry("net", "rv32", 1020)], { rv32: "g++ 12" })).toEqual({
      worse: [],
      notes: [],
    });
    const { worse } = judge(baseline, [entry("net", "rv32", 1021)], { rv32: "g++ 12" });
    expect(worse).toEqual(["Worse: net rv32 -O2: instructions 1,000 before, 1,021 now"]);
  });

  it("says what is new", () => {
    const { worse, notes } = judge(baseline, [entry("other", "rv32", 1)], { rv32: "g++ 12" });
    expect([worse, notes]).toEqual([
      [],
      ["New: other rv32 -O2: not in the baseline; --update puts it there"],
    ]);
  });

  it("does not judge another compiler's figures, and drops its own when they are renewed", () => {
    const strange = [entry("net", "rv32", 5000)];
    const { worse, notes } = judge(baseline, strange, { rv32: "g++ 13" });
    expect(worse).toEqual([]);
    expect(notes).toEqual(["Not judged: rv32: the baseline is of g++ 12, this is g++ 13"]);
    const renewed = updated(baseline, strange, { rv32: "g++ 13" });
    expect(Object.keys(renewed.figures)).toEqual(["net lx6 -O2", "net rv32 -O2"]);
    expect(renewed.compilers).toEqual({ rv32: "g++ 13" });
  });
});

describe("the fit", () => {
  const row = (a: number, b: number, value: number) => ({
    features: new Map([
      ["a", a],
      ["b", b],
    ]),
    value,
  });

  it("finds the costs that rows were made of", () => {
    const costs = fitCosts([row(1, 10, 35), row(4, 2, 26), row(7, 3, 44), row(0, 5, 15)]);
    expect(costs.get("a")).toBeCloseTo(5, 6);
    expect(costs.get("b")).toBeCloseTo(3, 6);
    expect(predicted(new Map([["a", 2]]), costs)).toBeCloseTo(10, 6);
  });

  it("has no negative cost", () => {
    const costs = fitCosts([row(1, 1, 4), row(2, 1, 9), row(3, 1, 14)]);
    expect(costs.get("b")).toBe(0);
    expect(costs.get("a")).toBeGreaterThan(4);
  });
});

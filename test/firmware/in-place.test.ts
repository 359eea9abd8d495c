// Outputs in the memory of inputs: nets whose values die and live on, in C++ and by the interpreter, every value.
import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../src/ir/graph.ts";
import { tensorOf } from "../../src/ir/graph.ts";
import { type KernelTarget, MAC16, PORTABLE } from "../../src/ir/kernel.ts";
import { byteLength } from "../../src/ir/tensor.ts";
import { callsOf, planCompiledMemory } from "../../src/plan/compiled-memory.ts";
import { randomOverlapNet } from "../support/overlap-net.ts";
import { randomFrames } from "../support/random-graph.ts";
import { type CompiledNetworks, compileNetworks, interpreted } from "./support/networks.ts";

/** The larger run is `npm run bench:kernels`. */
const GRAPHS = 24;
const FRAMES = 4;

const graphs = Array.from({ length: GRAPHS }, (_, i) => randomOverlapNet(`in place/${i}`));
let compiled: readonly (readonly [string, CompiledNetworks])[];

beforeAll(async () => {
  compiled = [
    ["portable", await compileNetworks(graphs)],
    ["MAC16", await compileNetworks(graphs, MAC16)],
  ];
}, 300_000);

/** The kernels whose output shares memory with their input. */
function sharing(graph: Graph, target: KernelTarget): string[] {
  const calls = callsOf(graph, target);
  const { locationOf } = planCompiledMemory(graph, calls);
  const span = (name: string): readonly [number, number] | null => {
    const location = locationOf(name);
    if (location.kind !== "arena") return null;
    return [location.offset, location.offset + byteLength(tensorOf(graph, name))];
  };
  return graph.nodes.flatMap((node) => {
    const { inputs, outputs } = node;
    const own = calls.get(node)!;
    const out = span(outputs[0]);
    const shares = inputs.map(span).some((one) => one && out && one[0] < out[1] && out[0] < one[1]);
    return own.length === 1 && shares ? [own[0]!.function] : [];
  });
}

describe("an output in its input's memory", () => {
  it("changes no value", () => {
    graphs.forEach((graph, index) => {
      const frames = randomFrames(graph, FRAMES, `in place/${index}`) as Int8Array[];
      const wanted = interpreted(graph, frames);
      for (const [target, networks] of compiled) {
        expect(
          frames.map((frame) => networks.run(index, frame)),
          `graph ${index}, ${target}`,
        ).toEqual(wanted);
      }
    });
  });

  it.each([
    "averagePool2d",
    "blockedConv2d",
    "lookUp",
    "mac16Conv1d",
    "maxPool2d",
    "planeSum",
    "reduceMax",
    "reduceSum",
    "scaledProduct",
    "softmax",
    "stridedCopy",
  ])("is what %s has among them", (name) => {
    const seen = graphs.flatMap((graph) => [...sharing(graph, PORTABLE), ...sharing(graph, MAC16)]);
    expect(seen).toContain(name);
  });
});

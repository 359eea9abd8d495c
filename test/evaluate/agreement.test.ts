// The comparison must be able to fail: one changed weight is found, in the right layer.
import { describe, expect, it } from "vitest";
import { compareGraphs } from "../../src/evaluate/agreement.ts";
import { readTflite } from "../../src/tflite/read.ts";
import { writeTflite } from "../../src/tflite/write.ts";
import { seededRandom } from "../../src/util/random.ts";
import { randomNet } from "../support/random-graph.ts";
import { withChangedWeight } from "./support.ts";

function frames(seed: string): (index: number, input: Int8Array) => void {
  const random = seededRandom(seed);
  return (_index, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.integer(256) - 128;
  };
}

describe("compareGraphs", () => {
  const graph = randomNet("agreement");

  it("finds a graph equal to its own file", () => {
    const again = readTflite(writeTflite(graph), "x");
    const agreement = compareGraphs(graph, again, 50, frames("f"), frames("f"));
    expect(agreement).toMatchObject({ windows: 50, different: 0, first: null, largest: 0 });
    expect(agreement.values).toBe(50 * (agreement.outputs.length / 50));
    expect(agreement.layers.every((layer) => layer.values > 0 && layer.different === 0)).toBe(true);
  });

  it("finds a changed weight in its layer and not before", () => {
    const layer = graph.nodes.findIndex((node) => node.op.name === "CONV_2D");
    const agreement = compareGraphs(graph, withChangedWeight(graph, layer), 50, frames("f"), frames("f"));
    const found = agreement.layers.findIndex((entry) => entry.different > 0);
    expect(found).toBe(layer + 1); // the input is entry 0
  });

  it("finds inputs that differ", () => {
    const agreement = compareGraphs(graph, graph, 5, frames("f"), frames("g"));
    expect(agreement.layers[0]!.different).toBeGreaterThan(0);
  });
});

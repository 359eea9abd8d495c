// What differs, by how much, and where first; and a graph cut off after a layer.
import { describe, expect, it } from "vitest";
import { countHits, countSame } from "../../src/evaluate/classes.ts";
import { compareOutputs, tallyDifferences } from "../../src/evaluate/difference.ts";
import { layersOf, truncateGraph } from "../../src/evaluate/layers.ts";
import { int8Interpreter } from "../../src/interpret/interpreter.ts";
import { validateGraph } from "../../src/ir/validate.ts";
import { randomNet } from "../support/random-graph.ts";

describe("compareOutputs", () => {
  it("counts, measures and places", () => {
    const left = Int8Array.of(1, 2, 3, 4, 5, -128);
    const right = Int8Array.of(1, 2, 3, 9, 5, 127);
    expect(compareOutputs(left, right, 3)).toEqual({
      values: 6,
      different: 2,
      largest: 255,
      first: { window: 1, index: 0, left: 4, right: 9 },
    });
    expect(compareOutputs(left, left, 2)).toEqual({ values: 6, different: 0, largest: 0, first: null });
  });

  it("counts a value that one side lacks as different", () => {
    const tally = tallyDifferences();
    tally.add(0, [1, 2, 3], [1]);
    expect(tally.result()).toMatchObject({ values: 3, different: 2 });
  });
});

describe("decisions", () => {
  it("are counted, unknown truth left out", () => {
    expect(countSame([0, 1, 2], [0, 2, 2])).toBe(2);
    expect(countHits([0, 1, 2, 2], [0, 2, -1, 2])).toEqual({ known: 3, right: 2 });
  });
});

describe("truncateGraph", () => {
  it("gives every layer's values as an output, with no tensor that nothing reads", () => {
    const graph = randomNet("agreement");
    const whole = int8Interpreter(graph);
    whole.input.fill(37);
    whole.run();
    for (const { tensor } of layersOf(graph)) {
      const short = truncateGraph(graph, tensor);
      validateGraph(short);
      const interpreter = int8Interpreter(short);
      interpreter.input.fill(37);
      interpreter.run();
      expect(interpreter.output).toEqual(whole.dataOf(tensor));
    }
    const [first] = layersOf(graph);
    const used = new Set([graph.input, ...first!.node.inputs, first!.tensor]);
    expect(new Set(truncateGraph(graph, first!.tensor).tensors.keys())).toEqual(used);
  });
});

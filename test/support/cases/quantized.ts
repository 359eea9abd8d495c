// A random float graph made int8 by what normal inputs do in it.
import { observe } from "../../../src/interpret/observe.ts";
import { buildGraph } from "../../../src/ir/builder.ts";
import type { Graph } from "../../../src/ir/graph.ts";
import { quantizeGraph } from "../../../src/quantize/quantize.ts";
import { chooseRanges } from "../../../src/quantize/range.ts";
import type { Random } from "../../../src/util/random.ts";
import type { Step } from "./case.ts";

export function quantizeRandomly(graph: Graph, random: Random): Graph {
  const observed = observe(graph, 8, (_index, input) => {
    for (let i = 0; i < input.length; i++) input[i] = random.normal();
  });
  return quantizeGraph(graph, chooseRanges(observed, { calibration: "minmax", percentile: 100 }));
}

/** The step alone, on an input of that shape. */
export function quantizedStep(operator: string, step: Step, shape: readonly number[], random: Random): Graph {
  const b = buildGraph(operator.toLowerCase(), "input", shape);
  return quantizeRandomly(b.build(step(b, random, "input", "output"), null), random);
}

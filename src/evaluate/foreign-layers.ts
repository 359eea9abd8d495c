// Layer by layer against a runtime that gives only outputs: it was asked for each layer by a truncated model.
import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import type { LayerAgreement } from "./agreement.ts";
import { tallyDifferences } from "./difference.ts";
import { layersOf } from "./layers.ts";

/**
 * @param inputs [windows, input size]
 * @param foreign by tensor, what the other runtime computed, [windows, size]
 */
export function compareForeignLayers(
  graph: Graph,
  inputs: Int8Array,
  windows: number,
  foreign: ReadonlyMap<string, Int8Array>,
): LayerAgreement[] {
  const interpreter = int8Interpreter(graph);
  const { input } = interpreter;
  const layers = layersOf(graph).map(({ operator, tensor }) => {
    const ours = interpreter.dataOf(tensor);
    return { operator, tensor, ours, theirs: foreign.get(tensor)!, tally: tallyDifferences() };
  });
  for (let window = 0; window < windows; window++) {
    input.set(inputs.subarray(window * input.length, (window + 1) * input.length));
    interpreter.run();
    for (const { ours, theirs, tally } of layers) {
      tally.add(window, ours, theirs.subarray(window * ours.length, (window + 1) * ours.length));
    }
  }
  return layers.map(({ operator, tensor, tally }) => ({ operator, tensor, ...tally.result() }));
}

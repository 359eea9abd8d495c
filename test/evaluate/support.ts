// Damage for comparisons that must be able to find it.
import type { Graph } from "../../src/ir/graph.ts";

/** The graph with the first weight of one layer moved far away. */
export function withChangedWeight(graph: Graph, layer: number): Graph {
  const name = graph.nodes[layer]!.inputs[1]!;
  const tensor = graph.tensors.get(name)!;
  const changed = Int8Array.from(tensor.constant!, (w, i) => (i === 0 ? (w > 0 ? w - 90 : w + 90) : w));
  return { ...graph, tensors: new Map(graph.tensors).set(name, { ...tensor, constant: changed }) };
}

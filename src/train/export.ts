// A trained network as a float Graph of TFLite's operators.
import { buildGraph } from "../ir/builder.ts";
import type { Graph, GraphMetadata } from "../ir/graph.ts";
import type { Network } from "./network.ts";

/** Input "input" [1, 1, T, C] float32; output [1, classes] probabilities. Dropout is gone. */
export function exportGraph(network: Network, metadata: GraphMetadata | null): Graph {
  const { model, layers } = network;
  const builder = buildGraph(model.id, "input", [1, 1, model.timeSteps, model.channels]);
  const output = layers.reduce((from, layer) => layer.write(builder, from), "input");
  return builder.build(output, metadata);
}

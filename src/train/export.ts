// A trained network as a float Graph of TFLite's operators.
import type { Graph, GraphMetadata, Node } from "../ir/graph.ts";
import type { Tensor } from "../ir/tensor.ts";
import { invariant } from "../util/errors.ts";
import type { GraphWriter } from "./layers/layer.ts";
import type { Network } from "./network.ts";

/** Input "input" [1, 1, T, C] float32; output [1, classes] probabilities. Dropout is gone. */
export function exportGraph(network: Network, metadata: GraphMetadata | null): Graph {
  const { model, layers } = network;
  const tensors = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const add = (name: string, shape: readonly number[], constant: Float32Array | null): string => {
    invariant(!tensors.has(name), `two tensors are named ${name}`);
    tensors.set(name, { name, dtype: "float32", shape, quant: null, constant });
    return name;
  };
  const writer: GraphWriter = {
    constant: (name, shape, values) => add(name, shape, values.slice()),
    node(op, attrs, inputs, name) {
      const shape = op.inferShape(
        attrs,
        inputs.map((input) => tensors.get(input)!),
      );
      nodes.push({ op, attrs, inputs, output: name });
      return add(name, shape, null);
    },
  };
  const input = add("input", [1, 1, model.timeSteps, model.channels], null);
  const output = layers.reduce((from, layer) => layer.write(writer, from), input);
  return { name: model.id, tensors, nodes, input, output, metadata };
}

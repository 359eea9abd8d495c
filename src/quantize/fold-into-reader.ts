// A batch norm that an activation keeps from the layer before it goes into the dense layer after it.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { add, fullyConnected, mul } from "../ops/index.ts";

/**
 * W(x ∘ s) + b = (W ∘ s)x + b, and W(x + o) + b = Wx + (Wo + b), for a constant s or o per feature. TensorFlow's converter
 * does the same (FuseMulAndFullyConnected, FuseAddAndFullyConnected in its optimize_pass.cc). A convolution is no such
 * reader: the zeros around its input would have to become −o / s.
 * @returns null where `node` is no such constant, or its reader no such layer
 */
export function foldIntoReader(graph: Graph, node: Node): Graph | null {
  if (node.op !== mul && node.op !== add) return null;
  if ((node.attrs as { activation: string }).activation !== "NONE") return null;
  const reader = soleReader(graph, node.outputs[0]);
  if (reader === null || reader.op !== fullyConnected || reader.inputs[0] !== node.outputs[0]) return null;

  const [input, constant] = node.inputs.map((name) => tensorOf(graph, name)) as [Tensor, Tensor];
  const [weights, bias] = reader.inputs.slice(1).map((name) => tensorOf(graph, name)) as [Tensor, Tensor];
  const [units, depth] = weights.shape as [number, number];
  const values = constant.constant;
  if (values === null || weights.constant === null || bias.constant === null) return null;
  if (elementCount(constant.shape) !== depth || constant.shape.at(-1) !== depth) return null;
  // Nothing may be broadcast but the constant, along rows of one feature vector each.
  const { shape } = tensorOf(graph, node.outputs[0]);
  if (shape.join() !== input.shape.join() || shape.at(-1) !== depth) return null;
  const changed = node.op === mul ? weights : bias;
  if (soleReader(graph, changed.name) === null) return null;

  const w = weights.constant;
  const data =
    node.op === mul
      ? Float32Array.from(w, (weight, i) => weight * values[i % depth]!)
      : Float32Array.from({ length: units }, (_, unit) => {
          let sum = bias.constant![unit]!;
          for (let i = 0; i < depth; i++) sum += w[unit * depth + i]! * values[i]!;
          return sum;
        });
  return {
    ...graph,
    tensors: new Map(graph.tensors).set(changed.name, { ...changed, constant: data }),
    nodes: graph.nodes
      .filter((candidate) => candidate !== node)
      .map((other) =>
        other === reader ? { ...reader, inputs: [input.name, ...reader.inputs.slice(1)] } : other,
      ),
  };
}

/** The only node that reads a tensor, once; null where there are others, or where it is the network's answer. */
function soleReader(graph: Graph, name: string): Node | null {
  if (name === graph.output) return null;
  const uses = graph.nodes.flatMap((node) => node.inputs.filter((one) => one === name).map(() => node));
  return uses.length === 1 ? uses[0]! : null;
}

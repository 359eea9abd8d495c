// The shift of a batch norm that an activation keeps from the layer before it goes into the layer after it.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { add, conv2d, fullyConnected } from "../ops/index.ts";

/**
 * W(x + o) + b = Wx + (Wo + b) for a constant o per feature. The norm's scale stays a multiplication: in W it would set
 * the columns of features that are hardly ever other than 0 to many times the others', which share their one int8 scale
 * (docs/numerics.md has what that cost). A convolution that pads is no such reader: its zeros would have to become −o.
 * @returns null where `node` is no such shift, or its reader no such layer
 */
export function foldShift(graph: Graph, node: Node): Graph | null {
  if (node.op !== add || (node.attrs as { activation: string }).activation !== "NONE") return null;
  const reader = soleReader(graph, node.outputs[0]);
  if (reader === null || reader.inputs[0] !== node.outputs[0] || !readsValuesAlone(reader)) return null;

  const [input, shift] = node.inputs.map((name) => tensorOf(graph, name)) as [Tensor, Tensor];
  const [weights, bias] = reader.inputs.slice(1).map((name) => tensorOf(graph, name)) as [Tensor, Tensor];
  const depth = weights.shape.at(-1)!;
  const [w, b, o] = [weights.constant, bias.constant, shift.constant];
  if (w === null || b === null || o === null) return null;
  if (elementCount(shift.shape) !== depth || shift.shape.at(-1) !== depth) return null;
  // Nothing may be broadcast but the constant, along rows of one feature vector each.
  const { shape } = tensorOf(graph, node.outputs[0]);
  if (shape.join() !== input.shape.join() || shape.at(-1) !== depth) return null;
  if (soleReader(graph, bias.name) === null) return null;

  // Weights are [units, depth], or [channels, height, width, depth]: each of the taps sees the shift.
  const taps = w.length / b.length;
  const shifted = Float32Array.from(b, (start, unit) => {
    let sum = start;
    for (let i = 0; i < taps; i++) sum += w[unit * taps + i]! * o[i % depth]!;
    return sum;
  });
  const inputs = [input.name, ...reader.inputs.slice(1)];
  return {
    ...graph,
    tensors: new Map(graph.tensors).set(bias.name, { ...bias, constant: shifted }),
    nodes: graph.nodes
      .filter((candidate) => candidate !== node)
      .map((candidate) => (candidate === reader ? { ...reader, inputs } : candidate)),
  };
}

/** Whether no zero of padding is among what the layer multiplies. */
function readsValuesAlone({ op, attrs }: Node): boolean {
  if (op === fullyConnected) return true;
  const { padding, borders } = attrs as { readonly padding?: string; readonly borders?: unknown };
  return op === conv2d && padding === "VALID" && borders === undefined;
}

/** The only node that reads a tensor, once; null where there are others, or where it is the network's answer. */
export function soleReader(graph: Graph, name: string): Node | null {
  if (name === graph.output) return null;
  const uses = graph.nodes.flatMap((node) => node.inputs.filter((one) => one === name).map(() => node));
  return uses.length === 1 ? uses[0]! : null;
}

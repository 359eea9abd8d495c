// What the compiled engine runs of a graph: a PAD that only one convolution reads is folded into it, which adds the zeros
// itself, so that no padded copy is ever made.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import type { Tensor } from "../ir/tensor.ts";

export function foldPads(graph: Graph): Graph {
  const folded = new Set<Node>();
  const nodes = graph.nodes.map((node): Node => {
    const pad = graph.nodes.find(({ outputs }) => outputs[0] === node.inputs[0]);
    const paddings = pad?.op.paddings?.(pad.attrs);
    if (pad === undefined || paddings === undefined || !isReadOnce(graph, pad.outputs[0])) return node;
    // Zeros are then the zero point of what the convolution reads.
    if (!isSameScale(tensorOf(graph, pad.inputs[0]!), tensorOf(graph, pad.outputs[0]))) return node;
    const attrs = node.op.withPaddings?.(node.attrs, paddings) ?? null;
    if (attrs === null) return node;
    folded.add(pad);
    return { ...node, attrs, inputs: [pad.inputs[0]!, ...node.inputs.slice(1)] };
  });
  if (folded.size === 0) return graph;
  return { ...graph, nodes: nodes.filter((_, i) => !folded.has(graph.nodes[i]!)) };
}

function isReadOnce({ nodes, output }: Graph, tensor: string): boolean {
  return (
    tensor !== output && nodes.flatMap(({ inputs }) => inputs).filter((name) => name === tensor).length === 1
  );
}

function isSameScale({ dtype, quant: a }: Tensor, { quant: b }: Tensor): boolean {
  if (dtype !== "int8" || a?.kind !== "perTensor" || b?.kind !== "perTensor") return false;
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

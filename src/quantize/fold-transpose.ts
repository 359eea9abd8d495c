// Transpositions one after another are one, or none: layers of streams each begin and end in the layout that they share.
import type { Graph, Node } from "../ir/graph.ts";
import { transpose } from "../ops/index.ts";
import { soleReader } from "./fold-shift.ts";

/** @returns null where `node` is no transposition whose only reader is another */
export function foldTransposes(graph: Graph, node: Node): Graph | null {
  if (node.op !== transpose) return null;
  const second = soleReader(graph, node.outputs[0]);
  if (second?.op !== transpose) return null;
  const first = permOf(node);
  const perm = permOf(second).map((axis) => first[axis]!);
  const nodes = graph.nodes.filter((candidate) => candidate !== node);
  const [from, to] = [node.inputs[0]!, second.outputs[0]];
  if (perm.some((axis, i) => axis !== i) || to === graph.output) {
    return {
      ...graph,
      nodes: nodes.map((one) => (one === second ? { ...second, attrs: { perm }, inputs: [from] } : one)),
    };
  }
  return {
    ...graph,
    nodes: nodes
      .filter((candidate) => candidate !== second)
      .map((one) => ({ ...one, inputs: one.inputs.map((name) => (name === to ? from : name)) })),
  };
}

function permOf({ attrs }: Node): readonly number[] {
  return (attrs as { readonly perm: readonly number[] }).perm;
}

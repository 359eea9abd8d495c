// The layers of a graph in execution order, and the graph cut off after one of them.
import { type Graph, inputsOf, type Node } from "../ir/graph.ts";

export interface Layer {
  readonly node: Node;
  readonly operator: string;
  /** The tensor that it computes. */
  readonly tensor: string;
}

export function layersOf(graph: Graph): Layer[] {
  return graph.nodes.flatMap((node) =>
    node.outputs.map((tensor) => ({ node, operator: node.op.name, tensor })),
  );
}

/**
 * The graph whose output is `tensor`: later operators are dropped, and with them every tensor that nothing reads.
 * A runtime that gives only outputs can so be asked for any value inside a network.
 */
export function truncateGraph(graph: Graph, tensor: string): Graph {
  const last = graph.nodes.findIndex((node) => node.outputs.includes(tensor));
  if (last < 0) throw new Error(`Bug in Bandsmith: no operator computes ${tensor}`);
  const nodes = graph.nodes.slice(0, last + 1);
  const kept = new Set([graph.input, ...layersOf({ ...graph, nodes }).map((layer) => layer.tensor)]);
  for (const node of nodes) for (const { name } of inputsOf(graph, node)) kept.add(name);
  const tensors = new Map([...graph.tensors].filter(([name]) => kept.has(name)));
  return { ...graph, tensors, nodes, output: tensor, metadata: null };
}

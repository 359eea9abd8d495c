// A network as a frozen list of operator nodes over named tensors.
import type { InputQuantizer } from "../signal/frontend.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { Body, Node, Outputs } from "./op.ts";
import type { Tensor } from "./tensor.ts";

export type { Body, Node, Subgraph } from "./op.ts";

/** What a graph knows about the wrist it came from; absent in files that other tools wrote. */
export interface GraphMetadata {
  readonly preprocessing: Preprocessing;
  /** The integer step to int8; null while the graph is in floating point. */
  readonly inputQuantizer: InputQuantizer | null;
}

/** A network: one window in, one answer out. */
export interface Graph extends Body {
  readonly input: string;
  readonly output: string;
  readonly metadata: GraphMetadata | null;
}

/** The tensor of that name; a missing one is a bug, since graphs are validated where they are made. */
export function tensorOf(graph: Pick<Body, "tensors">, name: string): Tensor {
  const tensor = graph.tensors.get(name);
  if (tensor === undefined) throw new Error(`Bug in Bandsmith: no tensor named ${name}`);
  return tensor;
}

export function inputsOf(graph: Body, node: Node): Tensor[] {
  return node.inputs.map((name) => tensorOf(graph, name));
}

export function outputsOf(graph: Body, node: Node): Outputs<Tensor> {
  const [first, ...rest] = node.outputs;
  return [tensorOf(graph, first), ...rest.map((name) => tensorOf(graph, name))];
}

/** A body, and all that its operators run, each with the prefix that its tensors have where names must be unique. */
export function bodiesOf(body: Body, prefix = ""): { readonly prefix: string; readonly body: Body }[] {
  const inner = body.nodes.flatMap((node) =>
    (node.op.subgraphs?.(node.attrs) ?? []).flatMap((subgraph, i) =>
      bodiesOf(subgraph, subgraphPrefix(prefix, node, i)),
    ),
  );
  return [{ prefix, body }, ...inner];
}

export function subgraphPrefix(prefix: string, node: Node, index: number): string {
  return `${prefix}${node.outputs[0]}/subgraph ${index}/`;
}

/** The name under which an operator's internal value is observed. */
export function internalName(node: Node, index: number): string {
  return `${node.outputs[0]} (internal ${index})`;
}

/** Multiply-accumulates of one inference. */
export function countMacs(graph: Body): number {
  return graph.nodes.reduce((sum, node) => sum + node.op.macs(node.attrs, inputsOf(graph, node)), 0);
}

/** Elements in weights and biases. */
export function countParameters(graph: Graph): number {
  let sum = 0;
  for (const { body } of bodiesOf(graph)) {
    for (const tensor of body.tensors.values()) sum += tensor.constant?.length ?? 0;
  }
  return sum;
}

// A network as a frozen list of operator nodes over named tensors.
import type { InputQuantizer } from "../signal/frontend.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { AnyOp } from "./op.ts";
import type { Tensor } from "./tensor.ts";

export interface Node {
  readonly op: AnyOp;
  readonly attrs: object;
  /** Tensor names, one a role of the operator. */
  readonly inputs: readonly string[];
  readonly output: string;
}

/** What a graph knows about the wrist it came from; absent in files that other tools wrote. */
export interface GraphMetadata {
  readonly preprocessing: Preprocessing;
  /** The integer step to int8; null while the graph is in floating point. */
  readonly inputQuantizer: InputQuantizer | null;
}

export interface Graph {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** In execution order. */
  readonly nodes: readonly Node[];
  readonly input: string;
  readonly output: string;
  readonly metadata: GraphMetadata | null;
}

/** The tensor of that name; a missing one is a bug, since graphs are validated where they are made. */
export function tensorOf(graph: Pick<Graph, "tensors">, name: string): Tensor {
  const tensor = graph.tensors.get(name);
  if (tensor === undefined) throw new Error(`Bug in Bandsmith: no tensor named ${name}`);
  return tensor;
}

export function inputsOf(graph: Graph, node: Node): Tensor[] {
  return node.inputs.map((name) => tensorOf(graph, name));
}

/** Multiply-accumulates of one inference. */
export function countMacs(graph: Graph): number {
  return graph.nodes.reduce(
    (sum, node) => sum + node.op.macs(node.attrs, inputsOf(graph, node), tensorOf(graph, node.output)),
    0,
  );
}

/** Elements in weights and biases. */
export function countParameters(graph: Graph): number {
  let sum = 0;
  for (const tensor of graph.tensors.values()) sum += tensor.constant?.length ?? 0;
  return sum;
}

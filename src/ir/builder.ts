// Builds a graph node by node, inferring and checking every shape where it is made.
import type { Graph, GraphMetadata, Node } from "./graph.ts";
import type { AnyOp, Each, Op, Role } from "./op.ts";
import type { Tensor } from "./tensor.ts";

export interface GraphBuilder {
  /** Adds a weight, a bias or another constant; returns its name. */
  constant(name: string, shape: readonly number[], data: Float32Array): string;
  /** Adds an operator; its float32 output gets the inferred shape and the given name, which is returned. */
  node<A extends object, I extends readonly Role[]>(
    op: Op<A, I>,
    attrs: A,
    inputs: Each<I, string>,
    output: string,
  ): string;
  shapeOf(name: string): readonly number[];
  build(output: string, metadata: GraphMetadata | null): Graph;
}

/** Starts a float graph with one input. */
export function buildGraph(graphName: string, input: string, inputShape: readonly number[]): GraphBuilder {
  const tensors = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const put = (tensor: Tensor): string => {
    if (tensors.has(tensor.name)) throw new Error(`Bug in Bandsmith: two tensors named ${tensor.name}`);
    tensors.set(tensor.name, tensor);
    return tensor.name;
  };
  const get = (name: string): Tensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`Bug in Bandsmith: no tensor named ${name}`);
    return tensor;
  };
  put({ name: input, dtype: "float32", shape: inputShape, quant: null, constant: null });
  return {
    constant: (name, shape, data) => put({ name, dtype: "float32", shape, quant: null, constant: data }),
    node(op, attrs, inputs, output) {
      const erased: AnyOp = op;
      const names = [...(inputs as readonly string[])];
      const shape = erased.inferShape(attrs, names.map(get));
      nodes.push({ op: erased, attrs, inputs: names, output });
      return put({ name: output, dtype: "float32", shape, quant: null, constant: null });
    },
    shapeOf: (name) => get(name).shape,
    build: (output, metadata) => ({
      name: graphName,
      tensors,
      nodes,
      input,
      output: get(output).name,
      metadata,
    }),
  };
}

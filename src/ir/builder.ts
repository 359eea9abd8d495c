// Builds a graph node by node, inferring and checking every shape and type where it is made.
import type { Graph, GraphMetadata, Node, Subgraph } from "./graph.ts";
import type { AnyOp, Each, Op, Outputs, Role } from "./op.ts";
import type { DType, Tensor, TensorData } from "./tensor.ts";
import { inferTypes } from "./types.ts";

export interface GraphBuilder {
  /** Adds another input; the graph of a network has one, a subgraph may have several. */
  input(name: string, shape: readonly number[], dtype?: DType): string;
  /** Adds a weight, a bias or another constant, in float32 unless its data say otherwise; returns its name. */
  constant(name: string, shape: readonly number[], data: Float32Array | Int32Array): string;
  /** Adds an operator; its output gets the inferred shape and type and the given name, which is returned. */
  node<A extends object, I extends readonly Role[]>(
    op: Op<A, I>,
    attrs: A,
    inputs: Each<I, string>,
    output: string,
  ): string;
  /** The same for an operator with several outputs. */
  nodes<A extends object, I extends readonly Role[]>(
    op: Op<A, I>,
    attrs: A,
    inputs: Each<I, string>,
    outputs: Outputs<string>,
  ): Outputs<string>;
  shapeOf(name: string): readonly number[];
  build(output: string, metadata: GraphMetadata | null): Graph;
  buildSubgraph(outputs: readonly string[]): Subgraph;
}

/** Starts a graph with one input. */
export function buildGraph(
  graphName: string,
  input: string,
  inputShape: readonly number[],
  inputType: DType = "float32",
): GraphBuilder {
  const tensors = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const inputs: string[] = [];
  const put = (name: string, shape: readonly number[], dtype: DType, constant: TensorData | null): string => {
    if (tensors.has(name)) throw new Error(`Bug in Bandsmith: two tensors named ${name}`);
    tensors.set(name, { name, dtype, shape, quant: null, constant });
    return name;
  };
  const get = (name: string): Tensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`Bug in Bandsmith: no tensor named ${name}`);
    return tensor;
  };
  const builder: GraphBuilder = {
    input(name, shape, dtype = "float32") {
      inputs.push(name);
      return put(name, shape, dtype, null);
    },
    constant: (name, shape, data) => put(name, shape, data instanceof Int32Array ? "int32" : "float32", data),
    node: (op, attrs, names, output) => builder.nodes(op, attrs, names, [output])[0],
    nodes(op, attrs, names, outputs) {
      const erased: AnyOp = op;
      const used = [...(names as readonly string[])];
      const shapes = erased.inferShapes(attrs, used.map(get));
      const types = inferTypes(erased, attrs, used.map(get));
      if (shapes.length !== outputs.length) {
        throw new Error(`Bug in Bandsmith: ${op.name} has ${shapes.length} outputs, not ${outputs.length}`);
      }
      nodes.push({ op: erased, attrs, inputs: used, outputs });
      outputs.forEach((name, i) => put(name, shapes[i]!, types[i]!, null));
      return outputs;
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
    buildSubgraph: (outputs) => ({ name: graphName, tensors, nodes, inputs, outputs }),
  };
  builder.input(input, inputShape, inputType);
  return builder;
}

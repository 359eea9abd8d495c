// The invariants of a graph, checked where one is made from outside (the .tflite reader) and after every pass.
import { type Body, type Graph, inputsOf, type Node, outputsOf, type Subgraph, tensorOf } from "./graph.ts";
import { roleOf, ShapeError } from "./op.ts";
import { elementCount } from "./tensor.ts";
import { inferTypes } from "./types.ts";

/**
 * Checks that nodes are in order, names are defined once, and shapes and types are what the operators infer.
 * @throws ShapeError naming the node
 */
export function validateGraph(graph: Graph): void {
  validateBody(graph, [graph.input], [graph.output]);
}

/** The same for the graph inside an operator. */
export function validateSubgraph(subgraph: Subgraph): void {
  validateBody(subgraph, subgraph.inputs, subgraph.outputs);
}

function validateBody(body: Body, inputs: readonly string[], outputs: readonly string[]): void {
  const computed = new Set<string>();
  for (const input of inputs) {
    if (tensorOf(body, input).constant !== null) throw new ShapeError(`the input ${input} is a constant`);
    if (computed.has(input)) throw new ShapeError(`${input} is an input twice`);
    computed.add(input);
  }
  for (const tensor of body.tensors.values()) {
    if (tensor.constant !== null && tensor.constant.length !== elementCount(tensor.shape)) {
      throw new ShapeError(
        `${tensor.name} holds ${tensor.constant.length} values for [${tensor.shape.join(", ")}]`,
      );
    }
  }
  body.nodes.forEach((node, index) => {
    const where = `operator ${index} (${node.op.name})`;
    try {
      validateNode(body, node, computed);
    } catch (error) {
      if (error instanceof ShapeError) throw new ShapeError(`${where}: ${error.message}`, { cause: error });
      throw error;
    }
    for (const output of node.outputs) computed.add(output);
  });
  for (const output of outputs) {
    if (!computed.has(output) && tensorOf(body, output).constant === null)
      throw new ShapeError(`nothing computes the output ${output}`);
  }
}

function validateNode(body: Body, node: Node, computed: ReadonlySet<string>): void {
  const inputs = inputsOf(body, node);
  const arity = node.op.roles.length;
  if (inputs.length !== arity && !(node.op.variadic && inputs.length > 0)) {
    throw new ShapeError(`it has ${inputs.length} inputs, ${arity} expected`);
  }
  inputs.forEach((input, i) => {
    if (input.constant !== null) return;
    if (!computed.has(input.name)) throw new ShapeError(`it reads ${input.name} before it is computed`);
    const role = roleOf(node.op, i);
    if (role !== "activation") throw new ShapeError(`its ${role} has no data`);
  });
  const types = inferTypes(node.op, node.attrs, inputs);
  const shapes = node.op.inferShapes(node.attrs, inputs);
  const outputs = outputsOf(body, node);
  if (shapes.length !== outputs.length) {
    throw new ShapeError(`it has ${outputs.length} outputs, ${shapes.length} expected`);
  }
  outputs.forEach((output, i) => {
    if (computed.has(output.name) || node.outputs.indexOf(output.name) !== i)
      throw new ShapeError(`it writes ${output.name} a second time`);
    if (output.constant !== null) throw new ShapeError(`it writes the constant ${output.name}`);
    if (shapes[i]!.join() !== output.shape.join()) {
      throw new ShapeError(
        `it gives [${shapes[i]!.join(", ")}], but ${output.name} has shape [${output.shape.join(", ")}]`,
      );
    }
    if (types[i] !== output.dtype) {
      throw new ShapeError(`it gives ${types[i]}, but ${output.name} is ${output.dtype}`);
    }
  });
}

// The invariants of a graph, checked where one is made from outside (the .tflite reader) and after every pass.
import { type Graph, inputsOf, tensorOf } from "./graph.ts";
import { ShapeError } from "./op.ts";
import { elementCount } from "./tensor.ts";

/**
 * Checks that nodes are in order, names are defined once, and shapes are what the operators infer.
 * @throws ShapeError naming the node
 */
export function validateGraph(graph: Graph): void {
  const computed = new Set<string>([graph.input]);
  if (tensorOf(graph, graph.input).constant !== null)
    throw new ShapeError(`the input ${graph.input} is a constant`);
  for (const tensor of graph.tensors.values()) {
    if (tensor.constant !== null && tensor.constant.length !== elementCount(tensor.shape)) {
      throw new ShapeError(
        `${tensor.name} holds ${tensor.constant.length} values for [${tensor.shape.join(", ")}]`,
      );
    }
  }
  graph.nodes.forEach((node, index) => {
    const where = `operator ${index} (${node.op.name})`;
    for (const input of inputsOf(graph, node)) {
      if (input.constant === null && !computed.has(input.name)) {
        throw new ShapeError(`${where} reads ${input.name} before it is computed`);
      }
    }
    if (computed.has(node.output)) throw new ShapeError(`${where} writes ${node.output} a second time`);
    const output = tensorOf(graph, node.output);
    if (output.constant !== null) throw new ShapeError(`${where} writes the constant ${node.output}`);
    const inferred = node.op.inferShape(node.attrs, inputsOf(graph, node));
    if (inferred.join() !== output.shape.join()) {
      throw new ShapeError(
        `${where} gives [${inferred.join(", ")}], but ${node.output} has shape [${output.shape.join(", ")}]`,
      );
    }
    computed.add(node.output);
  });
  if (!computed.has(graph.output)) throw new ShapeError(`nothing computes the output ${graph.output}`);
}

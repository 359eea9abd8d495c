// The network's layers as comments for a reader of the generated model: operator, shapes, scales.
import { type Body, bodiesOf, type Graph, inputsOf, type Node, outputsOf } from "../ir/graph.ts";
import { roleOf } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { commentText } from "./cpp.ts";
import type { View } from "./template.ts";

/** One view a node, in execution order. */
export function layerViews(body: Body): View[] {
  return body.nodes.map((node, index) => ({
    number: index + 1,
    operator: node.op.name,
    hasAttributes: node.op.describe(node.attrs) !== "",
    attributes: commentText(node.op.describe(node.attrs)),
    macs: node.op.macs(node.attrs, inputsOf(body, node)),
    tensors: [
      ...inputsOf(body, node).map((tensor, i) => tensorView(node, i, tensor)),
      ...outputsOf(body, node).map((tensor) => ({ role: "output", text: describeTensor(tensor) })),
    ],
  }));
}

/** MicroMutableOpResolver's methods for the operators in use, each once, sorted. */
export function resolverMethods(graph: Graph): string[] {
  return [
    ...new Set(bodiesOf(graph).flatMap(({ body }) => body.nodes.map((node) => node.op.resolverMethod))),
  ].sort();
}

/** True where an operator keeps a state from one inference to the next unless the runtime is reset. */
export function hasState(graph: Graph): boolean {
  return bodiesOf(graph).some(({ body }) =>
    body.nodes.some(({ op, attrs, inputs, outputs }) => {
      const tensors = (names: readonly string[]): Tensor[] => names.map((name) => body.tensors.get(name)!);
      const extra = op.tflite.extraInputs?.(
        attrs,
        tensors(inputs),
        tensors(outputs) as [Tensor, ...Tensor[]],
      );
      return extra?.some(({ variable }) => variable) ?? false;
    }),
  );
}

function tensorView(node: Node, index: number, tensor: Tensor): View {
  const role = roleOf(node.op, index) ?? "activation";
  return { role: role === "activation" ? "input" : role, text: describeTensor(tensor) };
}

/** Type, shape and scale, as a comment. */
export function describeTensor(tensor: Tensor): string {
  return commentText(`${tensor.dtype} [${tensor.shape.join(", ")}]${describeScale(tensor)}`);
}

function describeScale({ quant }: Tensor): string {
  if (quant === null) return "";
  if (quant.kind === "perTensor") return `, scale ${quant.scale}, zero point ${quant.zeroPoint}`;
  const [least, most] = [Math.min(...quant.scales), Math.max(...quant.scales)];
  return `, ${quant.scales.length} scales from ${least} to ${most}`;
}

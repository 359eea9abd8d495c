// A graph as text: one line an operator, for people and for golden tests.
import { type Body, bodiesOf, type Graph, inputsOf, outputsOf, tensorOf } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

export function printTensor(tensor: Tensor): string {
  const { quant } = tensor;
  const scale =
    quant === null
      ? ""
      : quant.kind === "perTensor"
        ? ` s=${quant.scale} z=${quant.zeroPoint}`
        : ` s=[${quant.scales.length}] axis=${quant.axis}`;
  return `${tensor.name}: ${tensor.dtype}[${tensor.shape.join("x")}]${scale}`;
}

export function printGraph(graph: Graph): string {
  const lines = bodiesOf(graph).flatMap(({ prefix, body }) => [
    ...(prefix === "" ? [] : [`within ${prefix}:`]),
    ...printNodes(body),
  ]);
  return [
    `graph ${graph.name} (${printTensor(tensorOf(graph, graph.input))})`,
    ...lines,
    `return ${graph.output}`,
  ].join("\n");
}

function printNodes(body: Body): string[] {
  return body.nodes.map((node) => {
    const inputs = inputsOf(body, node).map(printTensor).join(", ");
    const attrs = node.op.describe(node.attrs);
    return `${outputsOf(body, node).map(printTensor).join(", ")} = ${node.op.name}{${attrs}}(${inputs})`;
  });
}

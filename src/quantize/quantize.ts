// Float graph to int8 graph: TFLite's scheme, activations per tensor, convolution weights per channel.
import {
  type Body,
  type Graph,
  inputsOf,
  internalName,
  type Node,
  outputsOf,
  type Subgraph,
  subgraphPrefix,
  tensorOf,
} from "../ir/graph.ts";
import { roleOf } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { validateGraph } from "../ir/validate.ts";
import { quantize } from "../ops/index.ts";
import { createInputQuantizer } from "../signal/frontend.ts";
import { roundHalfAway } from "../util/fixedpoint.ts";
import { activationQuantizations, inputKey, sameQuantization } from "./activations.ts";
import type { Range } from "./range.ts";
import { quantizeWeights } from "./weights.ts";

/**
 * Quantises a folded float graph.
 * @param ranges for the input, every node's outputs and internal values (chooseRanges)
 */
export function quantizeGraph(graph: Graph, ranges: ReadonlyMap<string, Range>): Graph {
  const rangeOf = (name: string): Range => {
    const range = ranges.get(name);
    if (range === undefined) throw new Error(`Bug in Bandsmith: ${name} was not observed`);
    return range;
  };
  const quantizations = activationQuantizations(graph, rangeOf);
  const quantOf = (key: string): PerTensorQuantization => {
    const quant = quantizations.get(key);
    if (quant === undefined) throw new Error(`Bug in Bandsmith: ${key} has no quantisation`);
    return quant;
  };
  const body = quantizeBody(graph, [graph.input], "", { rangeOf, quantOf });
  const { metadata } = graph;
  const { scale, zeroPoint } = quantOf(graph.input);
  const quantized: Graph = {
    ...graph,
    ...body,
    metadata: metadata && {
      ...metadata,
      inputQuantizer: createInputQuantizer(metadata.preprocessing.normalization, scale, zeroPoint),
    },
  };
  validateGraph(quantized);
  return quantized;
}

/** What was found out before, by prefixed name. */
interface Findings {
  readonly rangeOf: (name: string) => Range;
  readonly quantOf: (key: string) => PerTensorQuantization;
}

interface QuantizedBody {
  readonly tensors: Map<string, Tensor>;
  readonly nodes: Node[];
}

function quantizeBody(
  body: Body,
  inputNames: readonly string[],
  prefix: string,
  findings: Findings,
): QuantizedBody {
  const tensors = new Map<string, Tensor>();
  const nodes: Node[] = [];
  const put = (tensor: Tensor): string => {
    tensors.set(tensor.name, tensor);
    return tensor.name;
  };
  const putActivation = (tensor: Tensor): string =>
    put(
      tensor.dtype === "float32"
        ? { ...tensor, dtype: "int8", quant: findings.quantOf(prefix + tensor.name) }
        : tensor,
    );
  for (const name of inputNames) putActivation(tensorOf(body, name));

  for (const node of body.nodes) {
    const inputs = inputsOf(body, node);
    const rule = node.op.outputQuantization(node.attrs).kind;
    const names = inputs.map((tensor, i) => {
      if (roleOf(node.op, i) !== "activation") return tensor.name;
      if (tensor.constant !== null) {
        const quant = tensor.dtype === "float32" ? findings.quantOf(inputKey(prefix, node, i, tensor)) : null;
        return putConstant({ tensors, put }, node, i, tensor, quant);
      }
      if (tensor.dtype !== "float32" || (rule !== "sameAsInputs" && rule !== "carried")) return tensor.name;
      const wanted = findings.quantOf(prefix + node.outputs[rule === "carried" ? i : 0]!);
      return rescaled({ tensors, nodes, put }, tensor.name, wanted, `${node.outputs[0]}/rescaled${i}`);
    });
    const first = tensors.get(names[0]!)?.quant;
    quantizeWeights(node, inputs, first?.kind === "perTensor" ? first.scale : 1).forEach(put);
    outputsOf(body, node).forEach(putActivation);
    nodes.push({ ...node, attrs: quantizedAttrs(body, node, prefix, findings), inputs: names });
  }
  return { tensors, nodes };
}

function quantizedAttrs(body: Body, node: Node, prefix: string, findings: Findings): object {
  const { op, attrs } = node;
  if (op.subgraphs !== undefined && op.withSubgraphs !== undefined) {
    const subgraphs = op.subgraphs(attrs);
    return op.withSubgraphs(
      attrs,
      subgraphs.map((subgraph, i) =>
        quantizeSubgraph(subgraph, subgraphPrefix(prefix, node, i), node.inputs.length, findings),
      ),
    );
  }
  if (op.calibrate === undefined) return attrs;
  const internals = op.internals?.(attrs, inputsOf(body, node)) ?? [];
  const magnitudes = internals.map((_, k) => {
    const { min, max } = findings.rangeOf(prefix + internalName(node, k));
    return Math.max(-min, max);
  });
  return op.calibrate(attrs, magnitudes);
}

/** @param carried how many values go round; a subgraph with as many outputs hands them back at their own scales */
function quantizeSubgraph(subgraph: Subgraph, prefix: string, carried: number, findings: Findings): Subgraph {
  const { tensors, nodes } = quantizeBody(subgraph, subgraph.inputs, prefix, findings);
  const put = (tensor: Tensor): string => {
    tensors.set(tensor.name, tensor);
    return tensor.name;
  };
  const outputs = subgraph.outputs.map((name, k) => {
    if (subgraph.outputs.length !== carried || tensorOf(subgraph, name).dtype !== "float32") return name;
    const wanted = findings.quantOf(prefix + subgraph.inputs[k]!);
    return rescaled({ tensors, nodes, put }, name, wanted, `${name}/carried${k}`);
  });
  return { ...subgraph, tensors, nodes, outputs };
}

/** The same values at the wanted scale: the tensor itself, or what a QUANTIZE of its own makes of it. */
function rescaled(
  { tensors, nodes, put }: QuantizedBody & { readonly put: (tensor: Tensor) => string },
  name: string,
  wanted: PerTensorQuantization,
  own: string,
): string {
  const tensor = tensors.get(name)!;
  if (tensor.quant?.kind !== "perTensor" || sameQuantization(tensor.quant, wanted)) return name;
  nodes.push({ op: quantize, attrs: {}, inputs: [name], outputs: [own] });
  return put({ ...tensor, name: own, quant: wanted });
}

/** A constant that stands for an activation, such as the vector of a MUL that could not be folded. */
function putConstant(
  {
    tensors,
    put,
  }: { readonly tensors: ReadonlyMap<string, Tensor>; readonly put: (tensor: Tensor) => string },
  node: Node,
  index: number,
  tensor: Tensor,
  quant: PerTensorQuantization | null,
): string {
  if (quant === null) return put(tensor);
  const known = tensors.get(tensor.name);
  if (known?.quant?.kind === "perTensor" && sameQuantization(known.quant, quant)) return tensor.name;
  const data = Int8Array.from(tensor.constant!, (value) =>
    Math.min(127, Math.max(-128, roundHalfAway(value / quant.scale) + quant.zeroPoint)),
  );
  // Used before at another scale, it is written twice.
  const name = known === undefined ? tensor.name : `${node.outputs[0]}/constant${index}`;
  return put({ ...tensor, name, dtype: "int8", quant, constant: data });
}

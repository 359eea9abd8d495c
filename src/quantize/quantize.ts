// Float graph to int8 graph: TFLite's scheme, activations per tensor, convolution weights per channel.
import { type Graph, inputsOf, internalName, type Node, outputsOf, tensorOf } from "../ir/graph.ts";
import { roleOf } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { validateGraph } from "../ir/validate.ts";
import { quantize } from "../ops/index.ts";
import { createInputQuantizer } from "../signal/frontend.ts";
import { roundHalfAway } from "../util/fixedpoint.ts";
import { activationQuantizations, sameQuantization } from "./activations.ts";
import type { Range } from "./range.ts";
import { quantizeWeights } from "./weights.ts";

/**
 * Quantises a folded float graph.
 * @param ranges for the input, every node's outputs and internal values (chooseRanges)
 */
export function quantizeGraph(graph: Graph, ranges: ReadonlyMap<string, Range>): Graph {
  const rangeOf = (name: string): Range => {
    const range = ranges.get(name) ?? constantRange(tensorOf(graph, name));
    if (range === null) throw new Error(`Bug in Bandsmith: ${name} was not observed`);
    return range;
  };
  const quantizations = activationQuantizations(graph, [graph.input], rangeOf);
  const quantOf = (name: string): PerTensorQuantization => {
    const quant = quantizations.get(name);
    if (quant === undefined) throw new Error(`Bug in Bandsmith: ${name} has no quantisation`);
    return quant;
  };
  const tensors = new Map<string, Tensor>();
  const put = (tensor: Tensor): void => {
    tensors.set(tensor.name, tensor);
  };
  const nodes: Node[] = [];
  const quantizedInput = quantOf(graph.input);
  put({ ...tensorOf(graph, graph.input), dtype: "int8", quant: quantizedInput });

  for (const node of graph.nodes) {
    const inputs = inputsOf(graph, node);
    inputs.forEach((tensor, i) => {
      if (roleOf(node.op, i) !== "activation" || tensor.constant === null || tensors.has(tensor.name)) return;
      put(tensor.dtype === "float32" ? quantizeConstant(tensor, quantOf(tensor.name)) : tensor);
    });
    const first = tensors.get(inputs[0]!.name)?.quant;
    quantizeWeights(node, inputs, first?.kind === "perTensor" ? first.scale : 1).forEach(put);
    const names = sharesQuantization(node) ? node.inputs.map(rescaled) : node.inputs;
    for (const tensor of outputsOf(graph, node)) {
      put(tensor.dtype === "float32" ? { ...tensor, dtype: "int8", quant: quantOf(tensor.name) } : tensor);
    }
    nodes.push({ ...node, attrs: calibrated(node), inputs: names });

    /** The same values at the scale that this node's outputs have: itself, or through a QUANTIZE of its own. */
    function rescaled(name: string, index: number): string {
      const tensor = tensors.get(name)!;
      if (tensor.quant?.kind !== "perTensor") return name;
      const wanted = quantOf(node.outputs[0]);
      if (sameQuantization(tensor.quant, wanted)) return name;
      const own = `${node.outputs[0]}/rescaled${index}`;
      put({ ...tensor, name: own, quant: wanted, constant: null });
      nodes.push({ op: quantize, attrs: {}, inputs: [name], outputs: [own] });
      return own;
    }
  }

  function calibrated(node: Node): object {
    const internals = node.op.internals?.(node.attrs, inputsOf(graph, node)) ?? [];
    if (node.op.calibrate === undefined) return node.attrs;
    const magnitudes = internals.map((_, k) => {
      const { min, max } = rangeOf(internalName(node, k));
      return Math.max(-min, max);
    });
    return node.op.calibrate(node.attrs, magnitudes);
  }

  const { metadata } = graph;
  const quantized: Graph = {
    ...graph,
    nodes,
    tensors,
    metadata: metadata && {
      ...metadata,
      inputQuantizer: createInputQuantizer(
        metadata.preprocessing.normalization,
        quantizedInput.scale,
        quantizedInput.zeroPoint,
      ),
    },
  };
  validateGraph(quantized);
  return quantized;
}

function sharesQuantization(node: Node): boolean {
  return node.op.outputQuantization(node.attrs).kind === "sameAsInputs";
}

function constantRange({ constant }: Tensor): Range | null {
  return constant && { min: Math.min(0, ...constant), max: Math.max(0, ...constant) };
}

/** A constant that stands for an activation, such as the vector of a MUL that could not be folded. */
function quantizeConstant(tensor: Tensor, quant: PerTensorQuantization): Tensor {
  const data = Int8Array.from(tensor.constant!, (value) =>
    Math.min(127, Math.max(-128, roundHalfAway(value / quant.scale) + quant.zeroPoint)),
  );
  return { ...tensor, dtype: "int8", quant, constant: data };
}

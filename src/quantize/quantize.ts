// Float graph to int8 graph: TFLite's scheme, activations per tensor, convolution weights per channel.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import {
  elementCount,
  type PerTensorQuantization,
  type QuantizationParams,
  type Tensor,
} from "../ir/tensor.ts";
import { validateGraph } from "../ir/validate.ts";
import { createInputQuantizer } from "../signal/frontend.ts";
import { INT32_MAX, INT32_MIN, roundHalfAway } from "../util/fixedpoint.ts";
import type { Range } from "./range.ts";

/**
 * Quantises a folded float graph.
 * @param ranges for the input and every node's output (chooseRange)
 */
export function quantizeGraph(graph: Graph, ranges: ReadonlyMap<string, Range>): Graph {
  const tensors = new Map<string, Tensor>();
  const rangeOf = (name: string): Range => {
    const range = ranges.get(name);
    if (range === undefined) throw new Error(`Bug in Bandsmith: ${name} was not observed`);
    return range;
  };
  const put = (tensor: Tensor): Tensor => {
    tensors.set(tensor.name, tensor);
    return tensor;
  };
  const input = tensorOf(graph, graph.input);
  const quantizedInput = activationQuantization(rangeOf(graph.input));
  put({ ...input, dtype: "int8", quant: quantizedInput });

  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name, i) => {
      const done = tensors.get(name);
      if (done !== undefined) return done;
      // An activation input that is constant, such as the vector of a MUL that could not be folded.
      const tensor = tensorOf(graph, name);
      if (node.op.roles[i] !== "activation" || tensor.constant === null) return null;
      return put(quantizeActivationConstant(tensor));
    });
    quantizeWeights(graph, node, inputs[0] ?? null, put);
    const output = tensorOf(graph, node.output);
    put({ ...output, dtype: "int8", quant: outputQuantization(node, inputs, rangeOf(node.output)) });
  }

  const { metadata } = graph;
  const quantized: Graph = {
    ...graph,
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

function outputQuantization(
  node: Node,
  inputs: readonly (Tensor | null)[],
  range: Range,
): QuantizationParams {
  const rule = node.op.outputQuantization(node.attrs);
  if (rule.kind === "fixed") return { kind: "perTensor", scale: rule.scale, zeroPoint: rule.zeroPoint };
  if (rule.kind === "calibrated") return activationQuantization(range);
  const shared = inputs[rule.input]?.quant;
  if (!shared) throw new Error(`Bug in Bandsmith: input ${rule.input} of ${node.op.name} is not quantised`);
  return shared;
}

/** Asymmetric int8 over a range that contains 0, which must be exactly representable. */
export function activationQuantization({ min, max }: Range): PerTensorQuantization {
  const scale = Math.fround(max > min ? (max - min) / 255 : 1);
  const zeroPoint = Math.min(127, Math.max(-128, roundHalfAway(-128 - min / scale)));
  return { kind: "perTensor", scale, zeroPoint };
}

function quantizeActivationConstant(tensor: Tensor): Tensor {
  const values = Array.from(tensor.constant!);
  const quant = activationQuantization({
    min: Math.min(0, ...values),
    max: Math.max(0, ...values),
  });
  const data = Int8Array.from(values, (value) =>
    Math.min(127, Math.max(-128, roundHalfAway(value / quant.scale) + quant.zeroPoint)),
  );
  return { ...tensor, dtype: "int8", quant, constant: data };
}

/** Symmetric int8 weights in [−127, 127] and an int32 bias at scale s_in · s_w. */
function quantizeWeights(
  graph: Graph,
  node: Node,
  input: Tensor | null,
  put: (tensor: Tensor) => Tensor,
): void {
  const weightIndex = node.op.roles.indexOf("weight");
  const biasIndex = node.op.roles.indexOf("bias");
  if (weightIndex < 0) return;
  const weights = tensorOf(graph, node.inputs[weightIndex]!);
  const bias = tensorOf(graph, node.inputs[biasIndex]!);
  if (weights.constant === null || bias.constant === null || input?.quant?.kind !== "perTensor") {
    throw new Error(`Bug in Bandsmith: ${node.op.name} has weights that are not constant`);
  }
  const inputScale = input.quant.scale;
  const rule = node.op.weightQuantization(node.attrs);
  const channels = rule.kind === "perChannel" ? weights.shape[rule.axis]! : 1;
  const inner = rule.kind === "perChannel" ? elementCount(weights.shape.slice(rule.axis + 1)) : 1;
  const channelOf = (index: number): number => (channels === 1 ? 0 : Math.floor(index / inner) % channels);

  const largest = new Float64Array(channels);
  weights.constant.forEach((w, i) => {
    largest[channelOf(i)] = Math.max(largest[channelOf(i)]!, Math.abs(w));
  });
  const largestBias = new Float64Array(channels);
  bias.constant.forEach((b, c) => {
    const channel = channels === 1 ? 0 : c;
    largestBias[channel] = Math.max(largestBias[channel]!, Math.abs(b));
  });
  // One scale is written alike for both kinds: a single channel is per tensor, as it will be read.
  const perChannel = rule.kind === "perChannel" && channels > 1;
  const scales = Array.from(largest, (w, c) => weightScale(w, largestBias[c]!, inputScale));

  put({
    ...weights,
    dtype: "int8",
    quant: perChannel
      ? { kind: "perChannel", axis: rule.axis, scales }
      : { kind: "perTensor", scale: scales[0]!, zeroPoint: 0 },
    constant: Int8Array.from(weights.constant, (w, i) => {
      const q = roundHalfAway(w / scales[channelOf(i)]!);
      return Math.min(127, Math.max(-127, q));
    }),
  });
  const biasScales = scales.map((scale) => Math.fround(inputScale * scale));
  put({
    ...bias,
    dtype: "int32",
    quant: perChannel
      ? // The bias has one axis; another quantized_dimension keeps older runtimes from loading the file.
        { kind: "perChannel", axis: 0, scales: biasScales }
      : { kind: "perTensor", scale: biasScales[0]!, zeroPoint: 0 },
    constant: Int32Array.from(bias.constant, (b, c) => {
      const q = roundHalfAway(b / biasScales[channels === 1 ? 0 : c]!);
      return Math.min(INT32_MAX, Math.max(INT32_MIN, q));
    }),
  });
}

/**
 * The weights' scale, but never so fine that the bias leaves half of int32: a channel whose weights training has
 * sent to zero still has a bias, and the sum of both must fit.
 */
function weightScale(largestWeight: number, largestBias: number, inputScale: number): number {
  const scale = Math.max(largestWeight / 127, largestBias / (inputScale * 2 ** 30));
  return Math.fround(scale > 0 ? scale : 1);
}

// Weights and biases in integers: symmetric int8 in [−127, 127], and int32 at scale s_in · s_w.
import type { Node } from "../ir/graph.ts";
import { roleOf } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { INT32_MAX, INT32_MIN, roundHalfAway } from "../util/fixedpoint.ts";

/**
 * Quantises the weights and biases of a node. The k-th bias belongs to the k-th weight.
 * @param inputs the node's float tensors, by position
 * @param inputScale of the activation that the weights with a bias multiply
 */
export function quantizeWeights(node: Node, inputs: readonly Tensor[], inputScale: number): Tensor[] {
  const biases = inputs.filter((_, i) => roleOf(node.op, i) === "bias");
  const weights = inputs.filter((_, i) => roleOf(node.op, i) === "weight");
  return weights.flatMap((weight, k) => {
    const bias = biases[k];
    const quantized = quantizeWeight(node, weight, bias, inputScale);
    return bias === undefined ? [quantized] : [quantized, quantizeBias(bias, quantized, inputScale)];
  });
}

function quantizeWeight(node: Node, weights: Tensor, bias: Tensor | undefined, inputScale: number): Tensor {
  const values = dataOf(weights);
  const rule = node.op.weightQuantization(node.attrs);
  const channels = rule.kind === "perChannel" ? weights.shape[rule.axis]! : 1;
  const inner = rule.kind === "perChannel" ? elementCount(weights.shape.slice(rule.axis + 1)) : 1;
  const channelOf = (index: number): number => (channels === 1 ? 0 : Math.floor(index / inner) % channels);

  const largest = new Float64Array(channels);
  values.forEach((w, i) => {
    largest[channelOf(i)] = Math.max(largest[channelOf(i)]!, Math.abs(w));
  });
  const largestBias = new Float64Array(channels);
  bias?.constant?.forEach((b, c) => {
    const channel = channels === 1 ? 0 : c;
    largestBias[channel] = Math.max(largestBias[channel]!, Math.abs(b));
  });
  const scales = Array.from(largest, (w, c) => weightScale(w, largestBias[c]!, inputScale));
  return {
    ...weights,
    dtype: "int8",
    // One scale is written alike for both kinds: a single channel is per tensor, as it will be read.
    quant:
      rule.kind === "perChannel" && channels > 1
        ? { kind: "perChannel", axis: rule.axis, scales }
        : { kind: "perTensor", scale: scales[0]!, zeroPoint: 0 },
    constant: Int8Array.from(values, (w, i) => {
      const q = roundHalfAway(w / scales[channelOf(i)]!);
      return Math.min(127, Math.max(-127, q));
    }),
  };
}

function quantizeBias(bias: Tensor, weights: Tensor, inputScale: number): Tensor {
  const quant = weights.quant!;
  const weightScales = quant.kind === "perChannel" ? quant.scales : [quant.scale];
  const scales = weightScales.map((scale) => Math.fround(inputScale * scale));
  return {
    ...bias,
    dtype: "int32",
    quant:
      quant.kind === "perChannel"
        ? // The bias has one axis; another quantized_dimension keeps older runtimes from loading the file.
          { kind: "perChannel", axis: 0, scales }
        : { kind: "perTensor", scale: scales[0]!, zeroPoint: 0 },
    constant: Int32Array.from(dataOf(bias), (b, c) => {
      const q = roundHalfAway(b / scales[scales.length === 1 ? 0 : c]!);
      return Math.min(INT32_MAX, Math.max(INT32_MIN, q));
    }),
  };
}

function dataOf(tensor: Tensor): Float32Array {
  if (!(tensor.constant instanceof Float32Array)) {
    throw new Error(`Bug in Bandsmith: ${tensor.name} is not constant`);
  }
  return tensor.constant;
}

/**
 * The weights' scale, but never so fine that the bias leaves half of int32: a channel whose weights training has
 * sent to zero still has a bias, and the sum of both must fit.
 */
function weightScale(largestWeight: number, largestBias: number, inputScale: number): number {
  const scale = Math.max(largestWeight / 127, largestBias / (inputScale * 2 ** 30));
  return Math.fround(scale > 0 ? scale : 1);
}

// The last dense layer and its softmax as a thing of its own, which can be fitted to one wearer and put back. What stands
// before it, the body, stays as it is; its last tensor holds the features.

import type { Graph, Node } from "../ir/graph.ts";
import { tensorOf } from "../ir/graph.ts";
import { elementCount, type QuantizationParams, type Tensor } from "../ir/tensor.ts";
import { type FullyConnectedAttrs, fullyConnected } from "../ops/fully-connected.ts";
import { type SoftmaxAttrs, softmax } from "../ops/softmax.ts";
import { relabelled } from "../signal/wrist-reference.ts";
import { headBeyondLimits, headNotThere, headOfOtherModel } from "../util/messages.ts";

/** FULLY_CONNECTED without an activation and SOFTMAX, in int8; all scales are float32. */
export interface Head {
  readonly features: number;
  /** Class names in the order of the outputs. */
  readonly labels: readonly string[];
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  /** Symmetric, one for all weights. */
  readonly weightScale: number;
  /** Of the logits; the probabilities have 1/256 and −128. */
  readonly outputScale: number;
  readonly outputZeroPoint: number;
  /** [classes, features] */
  readonly weights: Int8Array;
  /** [classes], at inputScale · weightScale */
  readonly biases: Int32Array;
}

/**
 * What the solver's sums are sized for, and how much a step of the logits' sum may mean: with these bounds no sum
 * leaves 53 bits (docs/personalize.md).
 */
export const HEAD_LIMITS = {
  features: 256,
  fewestClasses: 2,
  mostClasses: 32,
  finestStep: 2 ** -24,
  coarsestStep: 1,
} as const;

interface HeadNodes {
  readonly dense: Node;
  readonly softmax: Node;
  readonly features: Tensor;
  readonly weights: Tensor;
  readonly biases: Tensor;
  readonly logits: Tensor;
}

/**
 * Parts an int8 graph into body and head.
 * @throws UserError head/not-there where it does not end so, head/beyond-limits where the solver could not fit it
 */
export function splitHead(graph: Graph): { readonly body: Graph; readonly head: Head } {
  const { features, weights, biases, logits } = headNodes(graph);
  const nodes = graph.nodes.slice(0, -2);
  const used = new Set([graph.input, features.name, ...nodes.flatMap((n) => [...n.inputs, ...n.outputs])]);
  const body: Graph = {
    ...graph,
    nodes,
    tensors: new Map([...graph.tensors].filter(([name]) => used.has(name))),
    output: features.name,
  };
  const classes = biases.shape[0]!;
  const input = perTensorOf(features);
  const output = perTensorOf(logits);
  const head: Head = {
    features: elementCount(features.shape),
    labels: graph.metadata?.preprocessing.labels ?? Array.from({ length: classes }, (_, k) => String(k)),
    inputScale: input.scale,
    inputZeroPoint: input.zeroPoint,
    weightScale: perTensorOf(weights).scale,
    outputScale: output.scale,
    outputZeroPoint: output.zeroPoint,
    weights: weights.constant as Int8Array,
    biases: biases.constant as Int32Array,
  };
  checkLimits(head);
  return { body, head };
}

/**
 * The same body with another head, whose classes may be others and of another number.
 * @throws UserError head/of-other-model where the head was made for other features
 */
export function withHead(graph: Graph, head: Head): Graph {
  const { dense, softmax: last, features, weights, biases, logits } = headNodes(graph);
  const input = perTensorOf(features);
  if (
    elementCount(features.shape) !== head.features ||
    input.scale !== head.inputScale ||
    input.zeroPoint !== head.inputZeroPoint
  )
    throw headOfOtherModel(elementCount(features.shape), head.features);
  const classes = head.labels.length;
  const tensors = new Map(graph.tensors);
  const put = (tensor: Tensor, changes: Partial<Tensor>): void => {
    tensors.set(tensor.name, { ...tensor, ...changes });
  };
  const wide = ({ shape }: Tensor): number[] => [...shape.slice(0, -1), classes];
  const probabilities = tensorOf(graph, last.outputs[0]);
  put(weights, {
    shape: [classes, head.features],
    quant: quantization(head.weightScale),
    constant: head.weights,
  });
  put(biases, { shape: [classes], quant: quantization(biasScale(head)), constant: head.biases });
  put(logits, { shape: wide(logits), quant: quantization(head.outputScale, head.outputZeroPoint) });
  put(probabilities, { shape: wide(probabilities) });
  const { metadata } = graph;
  return {
    ...graph,
    tensors,
    nodes: [...graph.nodes.slice(0, -2), dense, last],
    metadata: metadata && {
      ...metadata,
      preprocessing: relabelled(metadata.preprocessing, head.labels),
    },
  };
}

/** A graph that takes features, [1, features], and has no body: what the head alone computes. */
export function headGraph(head: Head): Graph {
  const { features, labels, weights, biases } = head;
  const tensor = (
    name: string,
    dtype: Tensor["dtype"],
    shape: readonly number[],
    quant: QuantizationParams,
    constant: Tensor["constant"] = null,
  ): Tensor => ({ name, dtype, shape, quant, constant });
  const classes = labels.length;
  const tensors = [
    tensor("features", "int8", [1, features], quantization(head.inputScale, head.inputZeroPoint)),
    tensor("weights", "int8", [classes, features], quantization(head.weightScale), weights),
    tensor("biases", "int32", [classes], quantization(biasScale(head)), biases),
    tensor("logits", "int8", [1, classes], quantization(head.outputScale, head.outputZeroPoint)),
    tensor("probabilities", "int8", [1, classes], quantization(1 / 256, -128)),
  ];
  const dense: FullyConnectedAttrs = { activation: "NONE" };
  const last: SoftmaxAttrs = { beta: 1 };
  return {
    name: "head",
    tensors: new Map(tensors.map((one) => [one.name, one])),
    nodes: [
      {
        op: fullyConnected,
        attrs: dense,
        inputs: ["features", "weights", "biases"],
        outputs: ["logits"],
      },
      { op: softmax, attrs: last, inputs: ["logits"], outputs: ["probabilities"] },
    ],
    input: "features",
    output: "probabilities",
    metadata: null,
  };
}

/** The last two nodes, checked to be such a head. */
function headNodes(graph: Graph): HeadNodes {
  const [dense, last] = graph.nodes.slice(-2);
  if (last === undefined || dense === undefined) throw headNotThere("it has fewer than two operators");
  if (last.op.name !== softmax.name || last.outputs[0] !== graph.output)
    throw headNotThere(`its last operator is ${last.op.name}`);
  if (dense.op.name !== fullyConnected.name || dense.outputs[0] !== last.inputs[0])
    throw headNotThere(`${dense.op.name} stands before the SOFTMAX`);
  const { beta } = last.attrs as SoftmaxAttrs;
  if (beta !== 1) throw headNotThere(`its SOFTMAX has beta ${beta}`);
  const { activation } = dense.attrs as FullyConnectedAttrs;
  if (activation !== "NONE") throw headNotThere(`its FULLY_CONNECTED applies ${activation}`);
  const [features, weights, biases] = dense.inputs.map((name) => tensorOf(graph, name)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const logits = tensorOf(graph, dense.outputs[0]);
  if (features.dtype !== "int8") throw headNotThere(`its features are ${features.dtype}`);
  if (weights.quant?.kind !== "perTensor" || weights.quant.zeroPoint !== 0)
    throw headNotThere("its weights do not share one symmetric scale");
  if (elementCount(features.shape) !== weights.shape[1])
    throw headNotThere("its FULLY_CONNECTED has several rows");
  return { dense, softmax: last, features, weights, biases, logits };
}

function checkLimits({ features, labels, inputScale, weightScale }: Head): void {
  const { fewestClasses, mostClasses, finestStep, coarsestStep } = HEAD_LIMITS;
  if (features > HEAD_LIMITS.features)
    throw headBeyondLimits(`${features} features`, `at most ${HEAD_LIMITS.features}`);
  if (labels.length < fewestClasses || labels.length > mostClasses)
    throw headBeyondLimits(`${labels.length} classes`, `${fewestClasses} to ${mostClasses}`);
  const step = inputScale * weightScale;
  if (!(step >= finestStep && step <= coarsestStep))
    throw headBeyondLimits(`logits in steps of ${step}`, `${finestStep} to ${coarsestStep}`);
}

function biasScale({ inputScale, weightScale }: Head): number {
  return Math.fround(inputScale * weightScale);
}

function quantization(scale: number, zeroPoint = 0): QuantizationParams {
  return { kind: "perTensor", scale, zeroPoint };
}

function perTensorOf({ name, quant }: Tensor): { readonly scale: number; readonly zeroPoint: number } {
  if (quant?.kind !== "perTensor") throw headNotThere(`${name} has no single scale`);
  return quant;
}

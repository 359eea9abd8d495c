// Float rewrites before quantisation: batch norm (MUL and ADD by constants) into weights, ReLU into its producer.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { add, mul } from "../ops/index.ts";
import { denseAsConvolution } from "./dense-as-convolution.ts";
import { foldShift } from "./fold-shift.ts";
import { foldTransposes } from "./fold-transpose.ts";

/** Folds until nothing folds any more; the result computes the same function with fewer operators. */
export function foldGraph(graph: Graph): Graph {
  let current = graph;
  for (;;) {
    const next = foldOnce(current);
    if (next === null) return dropUnused(current);
    current = next;
  }
}

function foldOnce(graph: Graph): Graph | null {
  for (const node of graph.nodes) {
    const producer = soleProducer(graph, node);
    const folded =
      (producer && (foldConstant(graph, producer, node) ?? fuseActivation(graph, producer, node))) ??
      foldShift(graph, node) ??
      foldTransposes(graph, node);
    if (folded !== null) return folded;
  }
  return null;
}

/** The node that makes this node's first input, if nobody else reads it. */
function soleProducer(graph: Graph, node: Node): Node | null {
  const producer = graph.nodes.find((candidate) => candidate.outputs[0] === node.inputs[0]);
  if (producer === undefined || producer.outputs[0] === graph.output) return null;
  const readers = graph.nodes.filter((candidate) => candidate.inputs.includes(producer.outputs[0]));
  return readers.length === 1 ? producer : null;
}

function activationOf(node: Node): string | null {
  const { activation } = node.attrs as { activation?: string };
  return activation ?? null;
}

/**
 * y = producer(x) ∘ c with a constant per output channel: scales or shifts the producer's weights and bias. A scale above 0
 * passes through a ReLU, max(z, 0) · c = max(z · c, 0), and costs nothing where each channel's weights have a scale of
 * their own in int8; a dense layer, whose weights share one, becomes a convolution for it. A shift stays behind a ReLU
 * (fold-shift.ts).
 */
function foldConstant(graph: Graph, producer: Node, node: Node): Graph | null {
  if (producer.op.affine === undefined || (node.op !== mul && node.op !== add)) return null;
  const before = activationOf(producer);
  const isBehindRelu = before === "RELU" && activationOf(node) === "NONE" && node.op === mul;
  if (before !== "NONE" && !isBehindRelu) return null;
  const constant = tensorOf(graph, node.inputs[1]!);
  const bias = tensorOf(graph, producer.inputs[2]!);
  const channels = bias.shape[0]!;
  if (constant.constant === null || bias.constant === null) return null;
  if (elementCount(constant.shape) !== channels || constant.shape.at(-1) !== channels) return null;
  // A constant of more dimensions gives the output as many.
  if (constant.shape.length > tensorOf(graph, producer.outputs[0]).shape.length) return null;

  const tensors = new Map(graph.tensors);
  const values = constant.constant;
  if (isBehindRelu && values.some((value) => value <= 0)) return null;
  if (isBehindRelu && producer.op.weightQuantization(producer.attrs).kind !== "perChannel") {
    return scaledBehindDense(graph, producer, node);
  }
  const replace = (tensor: Tensor, data: Float32Array): void => {
    tensors.set(tensor.name, { ...tensor, constant: data });
  };
  if (node.op === mul) {
    const weights = tensorOf(graph, producer.inputs[1]!);
    if (weights.constant === null) return null;
    const channelOf = channelIndexer(weights.shape, producer.op.affine.channelAxis);
    replace(
      weights,
      Float32Array.from(weights.constant, (w, i) => w * values[channelOf(i)]!),
    );
    replace(
      bias,
      Float32Array.from(bias.constant, (b, c) => b * values[c]!),
    );
  } else {
    replace(
      bias,
      Float32Array.from(bias.constant, (b, c) => b + values[c]!),
    );
  }
  return merge({ ...graph, tensors }, producer, node, {
    ...producer,
    attrs: { ...producer.attrs, activation: isBehindRelu ? before : activationOf(node) },
  });
}

/** The dense layer as a convolution, with the multiplication before the RESHAPE that ends it, where it will fold. */
function scaledBehindDense(graph: Graph, dense: Node, scale: Node): Graph | null {
  const convolved = denseAsConvolution(graph, dense);
  if (convolved === null) return null;
  const [from, to] = [dense.outputs[0], scale.outputs[0]];
  const last = convolved.nodes.find(({ outputs }) => outputs[0] === from)!;
  const place = last.inputs[0]!;
  const scaled = { ...tensorOf(convolved, place), name: `${to}/place` };
  return {
    ...convolved,
    tensors: new Map(convolved.tensors).set(scaled.name, scaled),
    nodes: convolved.nodes.flatMap((node): Node[] => {
      if (node === last) {
        const multiply: Node = {
          ...scale,
          inputs: [place, ...scale.inputs.slice(1)],
          outputs: [scaled.name],
        };
        return [multiply, { ...last, inputs: [scaled.name], outputs: [to] }];
      }
      return node === scale ? [] : [node];
    }),
  };
}

function fuseActivation(graph: Graph, producer: Node, node: Node): Graph | null {
  if (node.op.fusesAs === undefined || activationOf(producer) !== "NONE") return null;
  return merge(graph, producer, node, {
    ...producer,
    attrs: { ...producer.attrs, activation: node.op.fusesAs },
  });
}

/** Puts `merged` in the producer's place, writing what `node` wrote, and removes `node`. */
function merge(graph: Graph, producer: Node, node: Node, merged: Node): Graph {
  const nodes = graph.nodes
    .filter((candidate) => candidate !== node)
    .map((candidate) => (candidate === producer ? { ...merged, outputs: node.outputs } : candidate));
  return { ...graph, nodes };
}

function channelIndexer(shape: readonly number[], axis: number): (index: number) => number {
  const inner = elementCount(shape.slice(axis + 1));
  const channels = shape[axis]!;
  return (index) => Math.floor(index / inner) % channels;
}

function dropUnused(graph: Graph): Graph {
  const used = new Set([
    graph.input,
    graph.output,
    ...graph.nodes.flatMap((n) => [...n.inputs, ...n.outputs]),
  ]);
  return { ...graph, tensors: new Map([...graph.tensors].filter(([name]) => used.has(name))) };
}

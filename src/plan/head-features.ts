// What a network's last layer reads: the features, for which a wearer may have a last layer (a head) of their own.
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import { elementCount } from "../ir/tensor.ts";
import type { FullyConnectedAttrs } from "../ops/fully-connected.ts";
import { viewOwners } from "./compiled-loops.ts";

/** A head of a size that a head file may have (src/personalize/head-file.ts). */
const MOST_FEATURES = 256;
const FEWEST_CLASSES = 2;
const MOST_CLASSES = 32;

/**
 * The name of the int8 [1, F] that FULLY_CONNECTED and SOFTMAX turn into the network's output; null where a network does
 * not end so, where it is too large, or where the features are the network's own input.
 */
export function headFeatures(graph: Graph): string | null {
  const [dense, softmax] = graph.nodes.slice(-2) as [Node?, Node?];
  if (dense?.op.name !== "FULLY_CONNECTED" || softmax?.op.name !== "SOFTMAX") return null;
  if (softmax.outputs[0] !== graph.output || softmax.inputs[0] !== dense.outputs[0]) return null;
  if ((dense.attrs as FullyConnectedAttrs).activation !== "NONE") return null;
  const [name, weights] = dense.inputs as [string, string];
  const [classes, features] = tensorOf(graph, weights).shape as [number, number];
  const { dtype, constant, shape } = tensorOf(graph, name);
  const isRow = dtype === "int8" && constant === null && elementCount(shape) === features;
  const isComputed = (viewOwners(graph.nodes).get(name) ?? name) !== graph.input;
  const fits = features <= MOST_FEATURES && classes >= FEWEST_CLASSES && classes <= MOST_CLASSES;
  return isRow && isComputed && fits ? name : null;
}

// A dense layer written as a convolution over one place, whose output channels have a scale of their own each in int8. A
// batch norm's scale behind a ReLU can then go into its weights: as a multiplication of its own it leaves the dense
// outputs as different in size as they are, under one scale (docs/numerics.md has what that cost).
import { type Graph, type Node, tensorOf } from "../ir/graph.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { type Conv2DAttrs, conv2d } from "../ops/conv2d.ts";
import type { FullyConnectedAttrs } from "../ops/fully-connected.ts";
import { fullyConnected, reshape } from "../ops/index.ts";
import { soleReader } from "./fold-shift.ts";

/**
 * The same function, with RESHAPE, CONV_2D and RESHAPE in the place of a FULLY_CONNECTED of one row.
 * @returns null where `dense` is none, or where its weights are not its own
 */
export function denseAsConvolution(graph: Graph, dense: Node): Graph | null {
  if (dense.op !== fullyConnected) return null;
  const { activation } = dense.attrs as FullyConnectedAttrs;
  const [input, weights] = dense.inputs.map((name) => tensorOf(graph, name)) as [Tensor, Tensor];
  const output = tensorOf(graph, dense.outputs[0]);
  const [units, depth] = weights.shape as [number, number];
  if (elementCount(input.shape) !== depth || soleReader(graph, weights.name) !== dense) return null;

  const place = (name: string, channels: number): Tensor => ({ ...output, name, shape: [1, 1, 1, channels] });
  const [before, after] = [place(`${output.name}/place`, depth), place(`${output.name}/convolved`, units)];
  const attrs: Conv2DAttrs = {
    ...{ padding: "VALID", strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 },
    activation,
  };
  // A RESHAPE that nobody else reads goes to the place itself.
  const flatten = graph.nodes.find(({ op, outputs }) => op === reshape && outputs[0] === input.name);
  const merged = flatten !== undefined && soleReader(graph, input.name) === dense ? flatten : null;
  const steps: Node[] = [
    {
      op: reshape,
      attrs: { newShape: before.shape },
      inputs: [merged?.inputs[0] ?? input.name],
      outputs: [before.name],
    },
    { op: conv2d, attrs, inputs: [before.name, ...dense.inputs.slice(1)], outputs: [after.name] },
    { op: reshape, attrs: { newShape: output.shape }, inputs: [after.name], outputs: [output.name] },
  ];
  return {
    ...graph,
    tensors: new Map(graph.tensors)
      .set(before.name, before)
      .set(after.name, after)
      .set(weights.name, { ...weights, shape: [units, 1, 1, depth] }),
    nodes: graph.nodes.filter((node) => node !== merged).flatMap((node) => (node === dense ? steps : [node])),
  };
}

// The network that an int8 graph computes, in float and differentiable: every weight and every activation is rounded to
// the grid that the graph has for it. Its parameters are the constants of the float graph, batch norms folded.
import type * as tf from "@tensorflow/tfjs-core";
import {
  type Body,
  bodiesOf,
  type Graph,
  inputsOf,
  type Node,
  subgraphPrefix,
  tensorOf,
} from "../../ir/graph.ts";
import { roleOf } from "../../ir/op.ts";
import { invariant } from "../../util/errors.ts";
import { snapshots, type Trainable } from "../network.ts";
import type { TensorOps } from "../ops.ts";
import { createParameter, type Parameter } from "../parameters.ts";
import { createRun, rounded, type Values } from "./run.ts";

export interface Simulation extends Trainable {
  /** The float graph with the constants as they are now. */
  export(): Graph;
}

/** A folded float graph to int8, calibrated. */
export type Quantizer = (float: Graph) => Graph;

/**
 * Trains the weights and biases of a float graph by what its quantised graph computes.
 * @param float folded
 */
export function simulateInt8(float: Graph, quantize: Quantizer): Simulation {
  let int8 = quantize(float);
  const trained = trainedConstants(float);
  const parameters = [...trained.values()];
  const [, , timeSteps, channels] = tensorOf(float, float.input).shape as [number, number, number, number];
  const exported = (): Graph => withTrained(float, "", trained);
  return {
    model: { timeSteps, channels },
    parameters,
    logits: (x, { ops }) => int8Logits(int8, trained, x, ops),
    // What is validated is then what the weights will be quantised to, whatever the ranges were in training.
    settle() {
      int8 = quantize(exported());
    },
    ...snapshots(parameters, []),
    export: exported,
  };
}

/** By prefixed name. A weight that several nodes read is one parameter. */
function trainedConstants(float: Graph): ReadonlyMap<string, Parameter> {
  const trained = new Map<string, Parameter>();
  for (const { prefix, body } of bodiesOf(float)) {
    for (const node of body.nodes) {
      inputsOf(body, node).forEach(({ name, shape, constant }, i) => {
        const role = roleOf(node.op, i);
        if (role === "activation" || trained.has(prefix + name)) return;
        const values = (constant as Float32Array).slice();
        trained.set(prefix + name, createParameter(prefix + name, shape, values, role === "weight"));
      });
    }
  }
  return trained;
}

/** The body with the trained constants as they are now, and all that its operators run. */
function withTrained<B extends Body>(body: B, prefix: string, trained: ReadonlyMap<string, Parameter>): B {
  const tensors = new Map(
    [...body.tensors].map(([name, tensor]) => {
      const parameter = trained.get(prefix + name);
      return [name, parameter === undefined ? tensor : { ...tensor, constant: parameter.values.slice() }];
    }),
  );
  const nodes = body.nodes.map((node) => {
    const { op, attrs } = node;
    if (op.subgraphs === undefined || op.withSubgraphs === undefined) return node;
    const subgraphs = op
      .subgraphs(attrs)
      .map((subgraph, i) => withTrained(subgraph, subgraphPrefix(prefix, node, i), trained));
    return { ...node, attrs: op.withSubgraphs(attrs, subgraphs) };
  });
  return { ...body, tensors, nodes };
}

function int8Logits(
  int8: Graph,
  trained: ReadonlyMap<string, Parameter>,
  x: tf.Tensor,
  ops: TensorOps,
): tf.Tensor2D {
  const batch = { ops, size: x.shape[0], trained };
  const values: Values = new Map([[int8.input, rounded(x, tensorOf(int8, int8.input), batch)]]);
  createRun(batch)({ ...int8, nodes: simulatedNodes(int8) }, "", values);
  return values.get(logitsName(int8)) as tf.Tensor2D;
}

/** All but the softmax at the end, which the loss has in it. */
function simulatedNodes(int8: Graph): readonly Node[] {
  return int8.nodes.filter(({ outputs }) => outputs[0] !== int8.output);
}

function logitsName({ nodes, output }: Graph): string {
  const last = nodes.find(({ outputs }) => outputs[0] === output);
  invariant(last?.op.name === "SOFTMAX", "a trained graph ends in its softmax");
  return last.inputs[0]!;
}

// The network that an int8 graph computes, in float and differentiable: every weight and every activation is rounded to
// the grid that the graph has for it. Its parameters are the constants of the float graph, batch norms folded.
import * as tf from "@tensorflow/tfjs-core";
import { type Graph, inputsOf, type Node, outputsOf, tensorOf } from "../../ir/graph.ts";
import { roleOf } from "../../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../../ir/tensor.ts";
import { invariant } from "../../util/errors.ts";
import { awareUnsupported } from "../../util/messages.ts";
import { reshape } from "../differentiable.ts";
import { snapshots, type Trainable } from "../network.ts";
import type { TensorOps } from "../ops.ts";
import { createParameter, type Parameter } from "../parameters.ts";
import { type Input, operatorFor } from "./operators.ts";

export interface Simulation extends Trainable {
  /** The float graph with the constants as they are now. */
  export(): Graph;
}

/** A folded float graph to int8, calibrated. */
export type Quantizer = (float: Graph) => Graph;

/** @throws UserError quantize/aware-unsupported */
export function checkAware(int8: Graph): void {
  for (const node of simulatedNodes(int8)) {
    const use = { name: node.op.name, attrs: node.attrs, inputs: inputsOf(int8, node) };
    if (operatorFor(use) === null) throw awareUnsupported(int8.name, node.op.name);
  }
}

/**
 * Trains the weights and biases of a float graph by what its quantised graph computes.
 * @param float folded
 * @throws UserError quantize/aware-unsupported
 */
export function simulateInt8(float: Graph, quantize: Quantizer): Simulation {
  let int8 = quantize(float);
  checkAware(int8);
  const trained = trainedConstants(float);
  const parameters = [...trained.values()];
  const [, , timeSteps, channels] = tensorOf(float, float.input).shape as [number, number, number, number];
  const exported = (): Graph => ({
    ...float,
    tensors: new Map(
      [...float.tensors].map(([name, tensor]) => {
        const parameter = trained.get(name);
        return [name, parameter === undefined ? tensor : { ...tensor, constant: parameter.values.slice() }];
      }),
    ),
  });
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

/** By name. A weight that several nodes read is one parameter. */
function trainedConstants(float: Graph): ReadonlyMap<string, Parameter> {
  const trained = new Map<string, Parameter>();
  for (const node of simulatedNodes(float)) {
    inputsOf(float, node).forEach(({ name, shape, constant }, i) => {
      const role = roleOf(node.op, i);
      if (role === "activation" || trained.has(name)) return;
      trained.set(name, createParameter(name, shape, (constant as Float32Array).slice(), role === "weight"));
    });
  }
  return trained;
}

function int8Logits(
  int8: Graph,
  trained: ReadonlyMap<string, Parameter>,
  x: tf.Tensor,
  ops: TensorOps,
): tf.Tensor2D {
  const values = new Map([[int8.input, rounded(x, tensorOf(int8, int8.input), ops)]]);
  const inputOf = (node: Node, i: number): Input => {
    const tensor = tensorOf(int8, node.inputs[i]!);
    const role = roleOf(node.op, i);
    if (role === "activation") {
      return { tensor, value: tensor.constant === null ? values.get(tensor.name)! : dequantized(tensor) };
    }
    const { tensor: value } = trained.get(tensor.name)!;
    if (role === "bias") return { tensor, value };
    const axis = tensor.quant?.kind === "perChannel" ? tensor.quant.axis : null;
    return { tensor, value: ops.fakeQuantizeWeights(value, axis) };
  };
  for (const node of simulatedNodes(int8)) {
    const { op, attrs } = node;
    const [output] = outputsOf(int8, node);
    const inputs = node.inputs.map((_, i) => inputOf(node, i));
    const forward = operatorFor({ name: op.name, attrs, inputs: inputs.map(({ tensor }) => tensor) });
    invariant(forward !== null, `${op.name} was looked for before training`);
    values.set(output.name, rounded(forward({ ops, attrs, inputs, output }), output, ops));
  }
  return values.get(logitsName(int8)) as tf.Tensor2D;
}

/** What int8 has for a value that is computed, in the tensor's shape but for the batch. */
function rounded(value: tf.Tensor, tensor: Tensor, ops: TensorOps): tf.Tensor {
  const [, ...inner] = tensor.shape;
  const batch = value.size / inner.reduce((product, size) => product * size, 1);
  return ops.fakeQuantize(reshape(value, [batch, ...inner] as [number]), perTensor(tensor));
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

function perTensor({ name, quant }: Tensor): PerTensorQuantization {
  invariant(quant?.kind === "perTensor", `${name} is quantised per tensor`);
  return quant;
}

/** Of a constant that stands for an activation: it stays what it is. */
function dequantized(tensor: Tensor): tf.Tensor {
  const { scale, zeroPoint } = perTensor(tensor);
  return tf.tensor(
    Float32Array.from(tensor.constant!, (q) => scale * (q - zeroPoint)),
    [...tensor.shape],
  );
}

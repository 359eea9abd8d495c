// A body of an int8 graph on a batch of windows, in float and differentiable. What a loop runs is run as often as it goes
// round, with the same weights each time.
import * as tf from "@tensorflow/tfjs-core";
import { type Body, inputsOf, type Node, outputsOf, subgraphPrefix, tensorOf } from "../../ir/graph.ts";
import { roleOf } from "../../ir/op.ts";
import type { Tensor } from "../../ir/tensor.ts";
import { perTensor } from "../../ops/quantization.ts";
import { invariant } from "../../util/errors.ts";
import { reshape, sideBySide } from "../differentiable.ts";
import type { TensorOps } from "../ops.ts";
import type { Parameter } from "../parameters.ts";
import { type Forward, type Input, innerShape, movesValues, operatorFor } from "./operators.ts";
import { fineBits } from "./requantization.ts";
import { stepLoop } from "./step-loop.ts";

export interface Batch {
  readonly ops: TensorOps;
  /** Windows. */
  readonly size: number;
  /** Weights and biases by prefixed name. */
  readonly trained: ReadonlyMap<string, Parameter>;
}

/** By tensor name: what goes in, and in the end all that was computed. */
export type Values = Map<string, tf.Tensor>;

/** @param prefix that the body's tensors have where names must be unique */
export type Run = (body: Body, prefix: string, values: Values) => void;

export function createRun(batch: Batch): Run {
  const { ops, size, trained } = batch;
  /** What no window changes, by prefixed name: made once, however often a loop reads it. */
  const constants: Values = new Map();
  const constant = (key: string, make: () => tf.Tensor): tf.Tensor => {
    const value = constants.get(key) ?? make();
    constants.set(key, value);
    return value;
  };

  const inputOf = (node: Node, i: number, tensor: Tensor, prefix: string, values: Values): tf.Tensor => {
    const role = roleOf(node.op, i);
    const key = prefix + tensor.name;
    if (role === "activation") {
      return tensor.constant === null
        ? values.get(tensor.name)!
        : constant(key, () => constantValues(tensor));
    }
    const weights = trained.get(key)!.tensor;
    if (role === "bias") {
      return constant(key, () => ops.fakeQuantizeBias(weights as tf.Tensor1D, scalesOf(tensor)));
    }
    const axis = tensor.quant?.kind === "perChannel" ? tensor.quant.axis : null;
    return constant(key, () => ops.fakeQuantizeWeights(weights, axis));
  };

  const run: Run = (body, prefix, values) => {
    for (const node of body.nodes) {
      if (node.op.loop !== undefined) {
        runLoop(body, node, prefix, values);
        continue;
      }
      const tensors = inputsOf(body, node);
      const inputs = tensors.map((tensor, i) => ({
        tensor,
        value: inputOf(node, i, tensor, prefix, values),
      }));
      const [output] = outputsOf(body, node);
      const { forward, bits } = preparedOf(node, tensors, output);
      const once = (make: () => tf.Tensor): tf.Tensor => constant(`${prefix}${output.name}/once`, make);
      const exact = forward({ ops, attrs: node.attrs, inputs, output, once });
      values.set(
        output.name,
        movesValues(node.op.name) ? inShape(exact, output, size) : rounded(exact, output, batch, bits),
      );
    }
  };

  /** Sets what the loop has carried after its last round. */
  const runLoop = (outer: Body, node: Node, prefix: string, outerValues: Values): void => {
    const start = inputsOf(outer, node);
    const loop = node.op.loop!(node.attrs);
    const { counted, nodes, steps, rows } = stepLoop(loop, start);
    const { body } = loop;
    const own = subgraphPrefix(prefix, node, node.op.subgraphs!(node.attrs).indexOf(body));
    /** What is handed on from round to round: neither the counter, nor sequences, nor rows. */
    const whole = new Set([counted.counter, ...steps.values(), ...rows.keys()]);
    const sequences = new Map(
      [...steps].map(([name, k]) => {
        const [time, channels] = tensorOf(body, body.inputs[k]!).shape as [number, number];
        const value = reshape<tf.Rank.R3>(outerValues.get(start[k]!.name)!, [size, time, channels]);
        return [name, ops.steps(value)] as const;
      }),
    );
    const collected = new Map(
      [...rows.keys()].map((k) => [k, new Array<tf.Tensor>(counted.rounds)] as const),
    );
    const values: Values = new Map();
    start.forEach((tensor, k) => {
      if (whole.has(k)) return;
      const value = inputOf(node, k, tensor, prefix, outerValues);
      values.set(body.inputs[k]!, ofEveryWindow({ tensor, value }, size));
    });
    for (let round = 0; round < counted.rounds; round++) {
      const step = counted.first + round * counted.step;
      for (const [name, parts] of sequences) values.set(name, parts[step]!);
      run({ ...body, nodes }, own, values);
      for (const [k, parts] of collected) parts[step] = values.get(rows.get(k)!)!;
      const next = body.outputs.map((name) => values.get(name));
      body.inputs.forEach((name, k) => {
        if (!whole.has(k)) values.set(name, next[k]!);
      });
    }
    outputsOf(outer, node).forEach((output, k) => {
      const parts = collected.get(k);
      const last = parts === undefined ? values.get(body.inputs[k]!) : sideBySide(...parts);
      // The counter and the sequences end in the file's loop alone: nobody reads them.
      if (last !== undefined) outerValues.set(output.name, inShape(last, output, size));
    });
  };

  return run;
}

interface Prepared {
  readonly forward: Forward;
  /** Of its first rounding. */
  readonly bits: readonly number[] | null;
}

/** By the nodes of the graph of one epoch: found out once, not in every round of every batch. */
const PREPARED = new WeakMap<Node, Prepared>();

function preparedOf(node: Node, inputs: readonly Tensor[], output: Tensor): Prepared {
  const known = PREPARED.get(node);
  if (known !== undefined) return known;
  const { name } = node.op;
  const prepared = {
    forward: operatorFor({ name, attrs: node.attrs, inputs }),
    bits: fineBits(name, inputs, output),
  };
  PREPARED.set(node, prepared);
  return prepared;
}

/**
 * What int8 has for a value that is computed.
 * @param bits of a first rounding, as fineBits has them
 */
export function rounded(
  value: tf.Tensor,
  tensor: Tensor,
  { ops, size }: Omit<Batch, "trained">,
  bits: readonly number[] | null = null,
): tf.Tensor {
  return ops.fakeQuantize(inShape(value, tensor, size), perTensor(tensor), bits);
}

/** The tensor's shape behind the batch. */
function inShape(value: tf.Tensor, { shape }: Tensor, batch: number): tf.Tensor {
  const wanted = [batch, ...innerShape(shape, shape)];
  return wanted.join() === value.shape.join() ? value : reshape(value, wanted as [number]);
}

/** A constant that stands for an activation: it stays what it is. */
function constantValues(tensor: Tensor): tf.Tensor {
  const { scale, zeroPoint } = perTensor(tensor);
  return tf.tensor(
    Float32Array.from(tensor.constant!, (q) => scale * (q - zeroPoint)),
    [...tensor.shape],
  );
}

/** What a loop starts from may be a constant, the same for all. */
function ofEveryWindow({ tensor, value }: Input, batch: number): tf.Tensor {
  if (tensor.constant === null) return value;
  const inner = innerShape(tensor.shape, tensor.shape);
  return tf.tile(tf.reshape(value, [1, ...inner]), [batch, ...inner.map(() => 1)]);
}

/** One scale, or one for each channel. */
function scalesOf({ name, quant }: Tensor): readonly number[] {
  invariant(quant !== null, `${name} is quantised`);
  return quant.kind === "perTensor" ? [quant.scale] : quant.scales;
}

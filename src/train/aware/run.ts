// A body of an int8 graph on a batch of windows, in float and differentiable. What a loop runs is run as often as it goes
// round, with the same weights each time.
import * as tf from "@tensorflow/tfjs-core";
import { type Body, inputsOf, type Node, outputsOf, subgraphPrefix } from "../../ir/graph.ts";
import { roleOf } from "../../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../../ir/tensor.ts";
import { countedLoop } from "../../ops/counted-loop.ts";
import { invariant } from "../../util/errors.ts";
import { reshape } from "../differentiable.ts";
import type { TensorOps } from "../ops.ts";
import type { Parameter } from "../parameters.ts";
import { type Input, innerShape, movesValues, operatorFor } from "./operators.ts";
import { fineBits } from "./requantization.ts";

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

  const bits = new Map<Node, ReturnType<typeof fineBits>>();
  const bitsOf = (node: Node, inputs: readonly Tensor[], output: Tensor): ReturnType<typeof fineBits> => {
    const known = bits.get(node);
    if (known !== undefined) return known;
    const own = fineBits(node.op.name, inputs, output);
    bits.set(node, own);
    return own;
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
      const { op, attrs } = node;
      const tensors = inputsOf(body, node);
      const inputs = tensors.map((tensor, i) => ({
        tensor,
        value: inputOf(node, i, tensor, prefix, values),
      }));
      const outputs = outputsOf(body, node);
      if (op.loop !== undefined) {
        const last = runLoop(node, prefix, inputs);
        outputs.forEach(({ name }, i) => values.set(name, last[i]!));
        continue;
      }
      const forward = operatorFor({ name: op.name, attrs, inputs: tensors });
      const [output] = outputs;
      const once = (make: () => tf.Tensor): tf.Tensor => constant(`${prefix}${output.name}/once`, make);
      const exact = forward({ ops, attrs, inputs, output, once });
      const value = movesValues(op.name)
        ? inShape(exact, output, size)
        : rounded(exact, output, batch, bitsOf(node, tensors, output));
      values.set(output.name, value);
    }
  };

  /** The carried values after the last round. */
  const runLoop = (node: Node, prefix: string, inputs: readonly Input[]): readonly tf.Tensor[] => {
    const loop = node.op.loop!(node.attrs);
    const counted = countedLoop(
      loop,
      inputs.map(({ tensor }) => tensor),
    );
    invariant(counted !== null, "a layer's loop has as many rounds as steps");
    const { body } = loop;
    const own = subgraphPrefix(prefix, node, node.op.subgraphs!(node.attrs).indexOf(body));
    let carried = inputs.map((input) => ofEveryWindow(input, size));
    for (let round = 0; round < counted.rounds; round++) {
      const values: Values = new Map(body.inputs.map((name, i) => [name, carried[i]!]));
      run(body, own, values);
      carried = body.outputs.map((name) => values.get(name)!);
    }
    return carried;
  };

  return run;
}

/**
 * What int8 has for a value that is computed; a loop's counter stays what it is.
 * @param bits of a first rounding, as fineBits has them
 */
export function rounded(
  value: tf.Tensor,
  tensor: Tensor,
  { ops, size }: Omit<Batch, "trained">,
  bits: readonly number[] | null = null,
): tf.Tensor {
  if (tensor.dtype === "int32") return value;
  return ops.fakeQuantize(inShape(value, tensor, size), perTensor(tensor), bits);
}

/** The tensor's shape behind the batch. */
function inShape(value: tf.Tensor, { shape }: Tensor, batch: number): tf.Tensor {
  const wanted = [batch, ...innerShape(shape, shape)];
  return wanted.join() === value.shape.join() ? value : reshape(value, wanted as [number]);
}

/** A constant that stands for an activation, or an index: it stays what it is. */
function constantValues(tensor: Tensor): tf.Tensor {
  const shape = [...tensor.shape];
  if (tensor.dtype === "int32") return tf.tensor(Int32Array.from(tensor.constant!), shape, "int32");
  const { scale, zeroPoint } = perTensor(tensor);
  return tf.tensor(
    Float32Array.from(tensor.constant!, (q) => scale * (q - zeroPoint)),
    shape,
  );
}

/** What a loop starts from may be a constant, the same for all. */
function ofEveryWindow({ tensor, value }: Input, batch: number): tf.Tensor {
  if (tensor.constant === null || tensor.dtype === "int32") return value;
  const inner = innerShape(tensor.shape, tensor.shape);
  return tf.tile(tf.reshape(value, [1, ...inner]), [batch, ...inner.map(() => 1)]);
}

/** One scale, or one for each channel. */
function scalesOf({ name, quant }: Tensor): readonly number[] {
  invariant(quant !== null, `${name} is quantised`);
  return quant.kind === "perTensor" ? [quant.scale] : quant.scales;
}

function perTensor({ name, quant }: Tensor): PerTensorQuantization {
  invariant(quant?.kind === "perTensor", `${name} is quantised per tensor`);
  return quant;
}

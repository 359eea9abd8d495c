// Trained numbers: a master copy in JavaScript, which the optimiser changes, and a tensor of it, which layers read.
import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../util/random.ts";

/** One trained array. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Whether weight decay pulls it to zero: weights, not biases or batch norms. */
  readonly decays: boolean;
  /** A copy of `values` on the backend; replaced by `upload`. */
  tensor: tf.Tensor;
}

export function createParameter(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  decays: boolean,
): Parameter {
  return { name, shape, values, decays, tensor: toTensor(values, shape) };
}

/** Takes changed values to the backend. */
export function upload(parameter: Parameter): void {
  parameter.tensor.dispose();
  parameter.tensor = toTensor(parameter.values, parameter.shape);
}

/** Copied, since the cpu backend would keep the array itself. */
function toTensor(values: Float32Array, shape: readonly number[]): tf.Tensor {
  return tf.tensor(values.slice(), [...shape], "float32");
}

/** Weights uniform in ±√(6 / fan). He et al. 2015 before a ReLU (fan in), Glorot and Bengio 2010 else (in + out). */
export function createWeights(
  name: string,
  shape: readonly number[],
  fan: { readonly in: number; readonly out: number },
  beforeRelu: boolean,
  random: Random,
): Parameter {
  const limit = Math.sqrt(6 / (beforeRelu ? fan.in : fan.in + fan.out));
  const stream = random.fork(name);
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  const values = Float32Array.from({ length: count }, () => (2 * stream.uniform() - 1) * limit);
  return createParameter(name, shape, values, true);
}

/** A vector that starts at one value and does not decay. */
export function createVector(name: string, length: number, start: number): Parameter {
  return createParameter(name, [length], new Float32Array(length).fill(start), false);
}

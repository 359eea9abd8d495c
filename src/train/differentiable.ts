// Small operations with gradients of their own: TensorFlow.js's core alone registers none.
import * as tf from "@tensorflow/tfjs-core";

/** Keeps tensors for the gradient; what a gradient only closes over may be gone by then. */
type Save = (tensors: tf.Tensor[]) => void;

/** A function whose gradient follows from what it gave: `backward` is of the gradient and that. */
function fromOutput<T extends tf.Tensor>(
  x: T,
  forward: (x: T) => T,
  backward: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): T {
  return tf.customGrad((input, save) => {
    const y = forward(input as T);
    (save as Save)([y]);
    return { value: y, gradFunc: (dy: T, [saved]: tf.Tensor[]) => backward(dy, saved!) };
  })(x);
}

/** max(x, 0). */
export function relu<T extends tf.Tensor>(x: T): T {
  return fromOutput(x, tf.relu, (dy, y) => tf.mul(dy, tf.step(y)));
}

/** x times a constant, which is broadcast to it. */
export function mask(x: tf.Tensor, factors: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    (save as Save)([factors]);
    return {
      value: tf.mul(input as tf.Tensor, factors),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved!),
    };
  })(x);
}

/** The same numbers in another shape. */
export function reshape<R extends tf.Rank>(x: tf.Tensor, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const before = x.shape;
  return tf.customGrad((input) => ({
    value: tf.reshape(input as tf.Tensor, shape),
    gradFunc: (dy: tf.Tensor) => tf.reshape(dy, before),
  }))(x) as tf.Tensor<R>;
}

/** Adds a vector [C] along the last axis. */
export function addVector<T extends tf.Tensor>(x: T, vector: tf.Tensor1D): T {
  const channels = vector.shape[0];
  return tf.customGrad((input, added) => ({
    value: tf.add(input as tf.Tensor, added as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => [dy, tf.sum(tf.reshape(dy, [-1, channels]), 0)],
  }))(x, vector) as T;
}

/** The last step of [N, T, C], as [N, C]. */
export function lastStep(x: tf.Tensor3D): tf.Tensor2D {
  const [batch, steps, channels] = x.shape;
  return tf.customGrad((input) => ({
    value: tf.reshape(tf.slice(input as tf.Tensor3D, [0, steps - 1, 0], [batch, 1, channels]), [
      batch,
      channels,
    ]),
    gradFunc: (dy: tf.Tensor) =>
      tf.pad(tf.reshape(dy, [batch, 1, channels]), [
        [0, 0],
        [steps - 1, 0],
        [0, 0],
      ]),
  }))(x) as tf.Tensor2D;
}

/** tanh(x). */
export function tanh<T extends tf.Tensor>(x: T): T {
  return fromOutput(x, tf.tanh, (dy, y) => tf.sub(dy, tf.mul(dy, tf.square(y))));
}

/** 1 / (1 + exp(−x)). */
export function logistic<T extends tf.Tensor>(x: T): T {
  return fromOutput(x, tf.sigmoid, (dy, y) => tf.mul(dy, tf.sub(y, tf.square(y))));
}

/** Along the last axis. */
export function softmax<T extends tf.Tensor>(x: T): T {
  return fromOutput(x, tf.softmax, (dy, y) => {
    const weighted = tf.mul(dy, y);
    return tf.sub(weighted, tf.mul(y, tf.sum(weighted, -1, true)));
  });
}

/** a · b, element by element. */
export function product<T extends tf.Tensor>(a: T, b: T): T {
  return tf.customGrad((...inputs) => {
    const [left, right, save] = inputs as unknown as [tf.Tensor, tf.Tensor, Save];
    save([left, right]);
    return {
      value: tf.mul(left, right),
      gradFunc: (dy: tf.Tensor, [x, y]: tf.Tensor[]) => [tf.mul(dy, y!), tf.mul(dy, x!)],
    };
  })(a, b) as T;
}

/** a − b, of one shape. */
export function difference<T extends tf.Tensor>(a: T, b: T): T {
  return tf.customGrad((left, right) => ({
    value: tf.sub(left as tf.Tensor, right as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => [dy.clone(), tf.neg(dy)],
  }))(a, b) as T;
}

/** x + factor [1] · added, of one shape. */
export function addScaled<T extends tf.Tensor>(x: T, added: T, factor: tf.Tensor1D): T {
  return tf.customGrad((...inputs) => {
    const [base, addend, gamma, save] = inputs as unknown as [tf.Tensor, tf.Tensor, tf.Tensor1D, Save];
    save([addend, gamma]);
    return {
      value: tf.add(base, tf.mul(addend, gamma)),
      gradFunc: (dy: tf.Tensor, [term, scale]: tf.Tensor[]) => [
        dy.clone(),
        tf.mul(dy, scale!),
        tf.reshape(tf.sum(tf.mul(dy, term!)), [1]),
      ],
    };
  })(x, added, factor) as T;
}

/** [N·A, B, C] to [N·B, A, C]: what stood along B becomes rows of their own, what were rows stands along. */
export function exchange(x: tf.Tensor3D, a: number): tf.Tensor3D {
  const [rows, b, channels] = x.shape;
  const n = rows / a;
  const turned = (from: tf.Tensor, one: number, other: number): tf.Tensor =>
    tf.reshape(tf.transpose(tf.reshape(from, [n, one, other, channels]), [0, 2, 1, 3]), [
      n * other,
      one,
      channels,
    ]);
  return tf.customGrad((input) => ({
    value: turned(input as tf.Tensor, a, b),
    gradFunc: (dy: tf.Tensor) => turned(dy, b, a),
  }))(x) as tf.Tensor3D;
}

/** The sum of tensors of one shape. */
export function sum(terms: readonly tf.Tensor[]): tf.Tensor {
  return tf.customGrad((...inputs) => ({
    value: tf.addN(inputs.slice(0, terms.length) as tf.Tensor[]),
    // Each its own, since the tape disposes of a gradient when it adds another to it.
    gradFunc: (dy: tf.Tensor) => terms.map(() => dy.clone()),
  }))(...terms);
}

/** Tensors that differ in their last axis alone, side by side along it. */
export function sideBySide<T extends tf.Tensor>(...parts: readonly T[]): T {
  return tf.customGrad((...inputs) => ({
    value: tf.concat(inputs.slice(0, parts.length) as tf.Tensor[], -1),
    gradFunc: (dy: tf.Tensor) =>
      tf.split(
        dy,
        parts.map(({ shape }) => shape.at(-1)!),
        -1,
      ),
  }))(...parts) as T;
}

/** The steps of [N, T, C] from the last one to the first. */
export function reverseSteps(x: tf.Tensor3D): tf.Tensor3D {
  return tf.customGrad((input) => ({
    value: tf.reverse(input as tf.Tensor3D, 1),
    gradFunc: (dy: tf.Tensor3D) => tf.reverse(dy, 1),
  }))(x);
}

/** Adds a constant that is broadcast. */
export function addConstant(x: tf.Tensor, constant: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({
    value: tf.add(input as tf.Tensor, constant),
    gradFunc: (dy: tf.Tensor) => dy.clone(),
  }))(x);
}

/** The nearest multiples of one step, or of each channel's; the gradient passes straight through. */
export function toMultiples(x: tf.Tensor1D, steps: readonly number[]): tf.Tensor1D {
  const divisors = tf.tensor1d([...steps]);
  return tf.customGrad((input) => ({
    value: tf.mul(tf.round(tf.div(input as tf.Tensor, divisors)), divisors),
    gradFunc: (dy: tf.Tensor) => dy.clone(),
  }))(x) as tf.Tensor1D;
}

/** The axes in another order. */
export function transpose(x: tf.Tensor, order: readonly number[]): tf.Tensor {
  const back = order.map((_, axis) => order.indexOf(axis));
  return tf.customGrad((input) => ({
    value: tf.transpose(input as tf.Tensor, [...order]),
    gradFunc: (dy: tf.Tensor) => tf.transpose(dy, back),
  }))(x);
}

/** A block out of the middle. */
export function block(x: tf.Tensor, begin: readonly number[], size: readonly number[]): tf.Tensor {
  const around = x.shape.map((whole, axis): [number, number] => [
    begin[axis]!,
    whole - begin[axis]! - size[axis]!,
  ]);
  return tf.customGrad((input) => ({
    value: tf.slice(input as tf.Tensor, [...begin], [...size]),
    gradFunc: (dy: tf.Tensor) => tf.pad(dy, around),
  }))(x);
}

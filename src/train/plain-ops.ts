// The operations in TensorFlow.js's own terms: for its node backend, and to check and measure the fused ones against.
// Their gradients are registered by the package @tensorflow/tfjs, not by its core; the node backend brings it along.
import * as tf from "@tensorflow/tfjs-core";
import { toMultiples } from "./differentiable.ts";
import { channelsOf, type Grid, isInside, onGrid, onGridTwice } from "./grid.ts";
import type { Sliding, TensorOps } from "./ops.ts";

type Pad4 = [[number, number], [number, number], [number, number], [number, number]];

export const plainOps: TensorOps = {
  conv1d(x, w, bias, s) {
    const [size, input, output] = w.shape;
    if (s.dilation > 1) return addBias(sumOfTaps(x, w, s, tapProduct), bias);
    const y = tf.conv2d(row(x), tf.reshape(w, [1, size, input, output]), [1, s.stride], pads(x, s));
    return addBias(unrow(y), bias);
  },
  depthwiseConv1d(x, w, bias, s) {
    const [size, channels] = w.shape;
    if (s.dilation > 1) return addBias(sumOfTaps(x, w, s, tf.mul), bias);
    // Padded by hand: its gradient takes "valid" and "same" only, and no strides that differ.
    const padded = tf.pad(row(x), pads(x, s));
    const y = tf.depthwiseConv2d(padded, tf.reshape(w, [1, size, channels, 1]), s.stride, "valid");
    return addBias(unrow(y), bias);
  },
  dense: (x, w, bias) => addBias(tf.matMul(x, w), bias),
  maxPool1d: (x, s) => unrow(tf.maxPool(row(x), [1, s.size], [1, s.stride], poolPads(x, s))),
  averagePool1d: (x, s) => unrow(tf.avgPool(row(x), [1, s.size], [1, s.stride], poolPads(x, s))),
  batchNorm(x, gamma, beta, epsilon, relu) {
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    const { mean, variance } = tf.moments(x, axes);
    const y = tf.batchNorm(x, mean, variance, beta, gamma, epsilon);
    return {
      y: relu ? tf.relu(y) : y,
      mean: Float32Array.from(mean.dataSync()),
      variance: Float32Array.from(variance.dataSync()),
    };
  },
  affine(x, scale, offset, relu) {
    const y = tf.add(tf.mul(x, scale), offset);
    return relu ? tf.relu(y) : y;
  },
  lstm(x, w, recurrent, bias, grid) {
    let cell: tf.Tensor2D = tf.zeros([x.shape[0], recurrent.shape[0]]);
    return sequence(x, recurrent, (step, hidden) => {
      const sums = tf.add(tf.add(tf.matMul(step, w), tf.matMul(hidden, recurrent)), bias);
      const [input, forget, added, output] = tf.split(sums, 4, 1);
      const fresh = tf.mul(tf.sigmoid(input!), tf.tanh(added!));
      cell = tf.add(tf.mul(tf.sigmoid(forget!), cell), fresh);
      const exact: tf.Tensor2D = tf.mul(tf.sigmoid(output!), tf.tanh(cell));
      return grid === undefined ? exact : (plainOps.fakeQuantize(exact, grid) as tf.Tensor2D);
    });
  },
  gru(x, w, recurrent, bias) {
    const [updateBias, resetBias, inputBias, recurrentBias] = tf.split(bias, 4);
    return sequence(x, recurrent, (step, hidden) => {
      const [u, r, c] = tf.split(tf.matMul(step, w), 3, 1);
      const [hu, hr, hc] = tf.split(tf.matMul(hidden, recurrent), 3, 1);
      const update = tf.sigmoid(tf.add(tf.add(u!, hu!), updateBias!));
      const reset = tf.sigmoid(tf.add(tf.add(r!, hr!), resetBias!));
      const fromHidden = tf.mul(reset, tf.add(hc!, recurrentBias!));
      const candidate = tf.tanh(tf.add(tf.add(c!, inputBias!), fromHidden));
      return tf.add(tf.mul(update, hidden), tf.mul(tf.sub(1, update), candidate));
    });
  },
  rnn: (x, w, recurrent, bias) =>
    sequence(x, recurrent, (step, hidden) => {
      const sums: tf.Tensor2D = tf.add(tf.add(tf.matMul(step, w), tf.matMul(hidden, recurrent)), bias);
      return tf.tanh(sums);
    }),
  steps: (x) => tf.unstack(x, 1) as tf.Tensor2D[],
  dotProducts: (a, b) => tf.matMul(a, b, false, true),
  attend: (scores, values) => tf.matMul(tf.softmax(scores), values),
  fakeQuantize(x, grid, fineBits = null) {
    return tf.customGrad((input, save) => {
      const { data, passed } = rounded((input as tf.Tensor).dataSync<"float32">(), grid, fineBits);
      (save as (tensors: tf.Tensor[]) => void)([tf.tensor(passed, x.shape)]);
      return {
        value: tf.tensor(data, x.shape),
        gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved!),
      };
    })(x);
  },
  fakeQuantizeWeights(w, axis) {
    const { channels, inner } = channelsOf(w.shape, axis);
    return tf.customGrad((input) => {
      const blocks = tf.reshape(input as tf.Tensor, [-1, channels, inner]);
      const scales = tf.div(tf.max(tf.abs(blocks), [0, 2], true), 127);
      const steps = tf.floor(tf.add(tf.divNoNan(blocks, scales), 0.5));
      return {
        value: tf.reshape(tf.mul(steps, scales), w.shape),
        gradFunc: (dy: tf.Tensor) => dy.clone(),
      };
    })(w);
  },
  fakeQuantizeBias: toMultiples,
};

/** The hidden states of all steps, [N, T, U], from zero on. */
function sequence(
  x: tf.Tensor3D,
  recurrent: tf.Tensor2D,
  next: (step: tf.Tensor2D, hidden: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor3D {
  const [batch, steps, features] = x.shape;
  // Zeros that are multiplied, so that the recurrent weights have a gradient even where there is but one step.
  let hidden: tf.Tensor2D = tf.zeros([batch, recurrent.shape[0]]);
  const states = Array.from({ length: steps }, (_, t) => {
    // Not unstack, whose gradient fails for one step.
    const step = tf.reshape<tf.Rank.R2>(tf.slice(x, [0, t, 0], [batch, 1, features]), [batch, features]);
    hidden = next(step, hidden);
    return hidden;
  });
  return tf.stack(states, 1) as tf.Tensor3D;
}

/** In JavaScript, since its ties are no operation of TensorFlow.js (grid.ts). */
function rounded(
  values: Float32Array,
  grid: Grid,
  fineBits: readonly number[] | null,
): { data: Float32Array; passed: Float32Array } {
  const data = new Float32Array(values.length);
  if (fineBits === null) data.set(values.map((value) => onGrid(value, grid)));
  else onGridTwice(values, data, grid, fineBits);
  return { data, passed: values.map((value) => (isInside(value, grid) ? 1 : 0)) };
}

/** A dilated convolution tap by tap, since TensorFlow.js has no gradient of one. */
function sumOfTaps(
  x: tf.Tensor3D,
  w: tf.Tensor,
  s: Sliding,
  apply: (steps: tf.Tensor3D, tap: tf.Tensor) => tf.Tensor,
): tf.Tensor3D {
  const [, , padTime] = pads(x, s);
  const padded = tf.pad(x, [[0, 0], padTime, [0, 0]]);
  const taps = tf.unstack(w).map((tap, k) => {
    const steps = Array.from({ length: s.outputTime }, (_, step) => step * s.stride + k * s.dilation);
    return apply(tf.gather(padded, tf.tensor1d(steps, "int32"), 1), tap);
  });
  return tf.addN(taps) as tf.Tensor3D;
}

/** [N, T, C] × [C, O]. */
function tapProduct(steps: tf.Tensor3D, tap: tf.Tensor): tf.Tensor {
  const [batch, time, channels] = steps.shape;
  return tf.reshape(tf.matMul(tf.reshape(steps, [-1, channels]), tap as tf.Tensor2D), [batch, time, -1]);
}

const row = (x: tf.Tensor3D): tf.Tensor4D => tf.reshape(x, [x.shape[0], 1, x.shape[1], x.shape[2]]);
const unrow = (y: tf.Tensor4D): tf.Tensor3D => tf.reshape(y, [y.shape[0], y.shape[2], y.shape[3]]);

function addBias<T extends tf.Tensor>(y: T, bias: tf.Tensor1D | null): T {
  return bias === null ? y : tf.add(y, bias);
}

function padAfter(x: tf.Tensor3D, s: Sliding): number {
  return Math.max(
    0,
    (s.outputTime - 1) * s.stride + (s.size - 1) * s.dilation + 1 - x.shape[1] - s.padBefore,
  );
}

function pads(x: tf.Tensor3D, s: Sliding): Pad4 {
  return [
    [0, 0],
    [0, 0],
    [s.padBefore, padAfter(x, s)],
    [0, 0],
  ];
}

/** Pools take no explicit padding in TensorFlow.js's gradients, but "same" is what the numbers came from. */
function poolPads(x: tf.Tensor3D, s: Sliding): "same" | "valid" {
  return s.padBefore + padAfter(x, s) > 0 ? "same" : "valid";
}

// What the layers ask of a backend: a few differentiable operations over [batch, time, channels].
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";

import type { PerTensorQuantization } from "../ir/tensor.ts";

/** How a window slides along time: output step o reads input steps o·stride + k·dilation − padBefore. */
export interface Sliding {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly outputTime: number;
}

/** A normalised batch with the statistics that it was normalised by (biased variance). */
interface BatchNormResult {
  readonly y: Tensor;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/**
 * Every method is differentiable on TensorFlow.js's tape. x is [N, T, C] unless said otherwise; padding reads as
 * zeros in convolutions and is left out of pools.
 */
export interface TensorOps {
  /** w [size, C, O], bias [O] → [N, outputTime, O]. */
  conv1d(x: Tensor3D, w: Tensor3D, bias: Tensor1D | null, sliding: Sliding): Tensor3D;
  /** w [size, C], bias [C] → [N, outputTime, C]. */
  depthwiseConv1d(x: Tensor3D, w: Tensor2D, bias: Tensor1D | null, sliding: Sliding): Tensor3D;
  /** x [N, F], w [F, U], bias [U] → [N, U]. */
  dense(x: Tensor2D, w: Tensor2D, bias: Tensor1D | null): Tensor2D;
  maxPool1d(x: Tensor3D, sliding: Sliding): Tensor3D;
  averagePool1d(x: Tensor3D, sliding: Sliding): Tensor3D;
  /** Over all axes but the last, by the batch's own statistics; not differentiated through `mean` and `variance`' copies. */
  batchNorm(x: Tensor, gamma: Tensor1D, beta: Tensor1D, epsilon: number, relu: boolean): BatchNormResult;
  /** x · scale + offset along the last axis; for inference, not differentiable. */
  affine(x: Tensor, scale: Tensor1D, offset: Tensor1D, relu: boolean): Tensor;
  /**
   * The hidden states of an LSTM whose state is zero before the first step: w [C, 4·U], recurrent [U, 4·U], bias [4·U],
   * gates in the order input, forget, cell, output → [N, T, U]. With `hidden`, every state as int8 has it.
   */
  lstm(
    x: Tensor3D,
    w: Tensor2D,
    recurrent: Tensor2D,
    bias: Tensor1D,
    hidden?: PerTensorQuantization,
  ): Tensor3D;
  /**
   * The same of a gated recurrent unit whose reset gate multiplies the candidate's recurrent sum: w [C, 3·U], recurrent
   * [U, 3·U] in the order update, reset, candidate; bias [4·U], the candidate's recurrent one last.
   */
  gru(x: Tensor3D, w: Tensor2D, recurrent: Tensor2D, bias: Tensor1D): Tensor3D;
  /** The same of tanh(x·w + hidden·recurrent + bias): w [C, U], recurrent [U, U], bias [U]. */
  rnn(x: Tensor3D, w: Tensor2D, recurrent: Tensor2D, bias: Tensor1D): Tensor3D;
  /** The time steps, each [N, C]; T > 1. */
  steps(x: Tensor3D): Tensor2D[];
  /** The dot product of each row of one with each row of the other: a [B, R, F], b [B, S, F] → [B, R, S]. */
  dotProducts(a: Tensor3D, b: Tensor3D): Tensor3D;
  /** Sums of values [B, S, F], weighted by the softmax of scores [B, R, S] over S → [B, R, F]. */
  attend(scores: Tensor3D, values: Tensor3D): Tensor3D;
  /**
   * The values that int8 has for x; the gradient passes straight through, but not where the range cut x off. With
   * `fineBits`, of the last axis in turn, x is first rounded to so many bits below a step.
   */
  fakeQuantize(x: Tensor, quant: PerTensorQuantization, fineBits?: readonly number[] | null): Tensor;
  /** Symmetric int8 by the largest weight of each index along an axis, or of all; the gradient passes straight through. */
  fakeQuantizeWeights(w: Tensor, axis: number | null): Tensor;
  /** The nearest multiples of one scale, or of each channel's; the gradient passes straight through. */
  fakeQuantizeBias(bias: Tensor1D, scales: readonly number[]): Tensor1D;
}

/** TensorFlow's "same" puts the odd step of padding at the end. */
export function sliding(
  inputTime: number,
  outputTime: number,
  padding: "same" | "valid",
  size: number,
  stride: number,
  dilation = 1,
): Sliding {
  const span = (size - 1) * dilation + 1;
  const total = padding === "same" ? Math.max(0, (outputTime - 1) * stride + span - inputTime) : 0;
  return { size, stride, dilation, padBefore: Math.floor(total / 2), outputTime };
}

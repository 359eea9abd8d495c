// Batch normalisation with an optional ReLU, forward and backward in two passes each.
// Source: Ioffe and Szegedy 2015 (arXiv 1502.03167), section 3, with the gradients of its page 4 simplified.
import * as tf from "@tensorflow/tfjs-core";
import { registerKernel, rows, runKernel, runKernel1 } from "./heap.ts";

const FORWARD = "BandsmithBatchNorm";
const GRAD = "BandsmithBatchNormGrad";
const AFFINE = "BandsmithAffine";

interface Attrs {
  readonly epsilon: number;
  readonly relu: boolean;
}

/** x [..., C] → y alike, mean [C], biased variance [C]. */
export function batchNorm(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  attrs: Attrs,
): [y: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor] {
  const [y, mean, variance] = runKernel(FORWARD, { x, gamma, beta }, attrs);
  return [y!, mean!, variance!];
}

/** x · scale + offset along the last axis, then perhaps ReLU. Not differentiable. */
export function affine(x: tf.Tensor, scale: tf.Tensor1D, offset: tf.Tensor1D, relu: boolean): tf.Tensor {
  return runKernel1(AFFINE, { x, scale, offset }, { relu });
}

export function registerBatchNorm(): void {
  registerKernel(FORWARD, ({ x, gamma, beta }, { epsilon, relu }: Attrs, memory) => {
    const channels = x!.shape.at(-1)!;
    const count = rows(x!);
    const out = memory.allocate(x!.shape);
    const meanOut = memory.allocate([channels]);
    const varianceOut = memory.allocate([channels]);
    const from = memory.floats(x!);
    const to = memory.floats(out);
    const gammas = memory.floats(gamma!);
    const betas = memory.floats(beta!);
    const means = memory.floats(meanOut);
    const variances = memory.floats(varianceOut);
    const scale = new Float64Array(channels);
    const offset = new Float64Array(channels);
    for (let c = 0; c < channels; c++) {
      // Shifted by the first row, so that the difference of squares does not cancel.
      const origin = from[c]!;
      let sum = 0;
      let squares = 0;
      for (let i = c; i < from.length; i += channels) {
        const d = from[i]! - origin;
        sum += d;
        squares += d * d;
      }
      const shifted = sum / count;
      const variance = Math.max(0, squares / count - shifted * shifted);
      means[c] = origin + shifted;
      variances[c] = variance;
      scale[c] = gammas[c]! / Math.sqrt(variance + epsilon);
      offset[c] = betas[c]! - (origin + shifted) * scale[c]!;
    }
    if (relu) scaleRowsRelu(from, to, scale, offset);
    else scaleRows(from, to, scale, offset);
    return [out, meanOut, varianceOut];
  });

  registerKernel(GRAD, ({ x, y, gamma, mean, variance, dy }, { epsilon, relu }: Attrs, memory) => {
    const channels = x!.shape.at(-1)!;
    const count = rows(x!);
    const dx = memory.allocate(x!.shape);
    const dGamma = memory.allocate([channels]);
    const dBeta = memory.allocate([channels]);
    const from = memory.floats(x!);
    const to = memory.floats(dx);
    const means = memory.floats(mean!);
    const variances = memory.floats(variance!);
    const gammas = memory.floats(gamma!);
    const gammaOut = memory.floats(dGamma);
    const betaOut = memory.floats(dBeta);
    passRelu(memory.floats(dy!), memory.floats(y!), to, relu);
    // Sums channel by channel, so that they stay in registers: in memory each addition would wait for the store of the
    // one before (ten times slower, measured).
    const a = new Float64Array(channels);
    const b = new Float64Array(channels);
    const d = new Float64Array(channels);
    for (let c = 0; c < channels; c++) {
      const centre = means[c]!;
      let sumDy = 0;
      let sumDyX = 0;
      for (let i = c; i < to.length; i += channels) {
        const g = to[i]!;
        sumDy += g;
        sumDyX += g * (from[i]! - centre);
      }
      // dx = γ/σ · (g − mean(g) − x̂ · mean(g·x̂)), written as a·g + b·x + d.
      const inverse = 1 / Math.sqrt(variances[c]! + epsilon);
      a[c] = gammas[c]! * inverse;
      b[c] = (-a[c]! * inverse * inverse * sumDyX) / count;
      d[c] = (-a[c]! * sumDy) / count - b[c]! * centre;
      gammaOut[c] = sumDyX * inverse;
      betaOut[c] = sumDy;
    }
    for (let i = 0; i < to.length; ) {
      for (let c = 0; c < channels; c++, i++) to[i] = a[c]! * to[i]! + b[c]! * from[i]! + d[c]!;
    }
    return [dx, dGamma, dBeta];
  });

  registerKernel(AFFINE, ({ x, scale, offset }, { relu }: Pick<Attrs, "relu">, memory) => {
    const out = memory.allocate(x!.shape);
    const from = memory.floats(x!);
    const to = memory.floats(out);
    const [scales, offsets] = [scale!, offset!].map((info) => Float64Array.from(memory.floats(info)));
    if (relu) scaleRowsRelu(from, to, scales!, offsets!);
    else scaleRows(from, to, scales!, offsets!);
    return out;
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "gamma"],
    outputsToSave: [true, true, true],
    gradFunc: (dys, [x, gamma, y, mean, variance], attrs) => {
      const dy = (dys as tf.Tensor[])[0]!;
      const inputs = { x: x!, y: y!, gamma: gamma!, mean: mean!, variance: variance!, dy };
      const [dx, dGamma, dBeta] = runKernel(GRAD, inputs, attrs);
      return { x: () => dx!, gamma: () => dGamma!, beta: () => dBeta! };
    },
  });
}

function scaleRows(from: Float32Array, to: Float32Array, scale: Float64Array, offset: Float64Array): void {
  const channels = scale.length;
  for (let i = 0; i < from.length; ) {
    for (let c = 0; c < channels; c++, i++) to[i] = from[i]! * scale[c]! + offset[c]!;
  }
}

/** Math.max, no comparison: signs are random, and a branch on them would be guessed wrong half the time. */
function scaleRowsRelu(
  from: Float32Array,
  to: Float32Array,
  scale: Float64Array,
  offset: Float64Array,
): void {
  const channels = scale.length;
  for (let i = 0; i < from.length; ) {
    for (let c = 0; c < channels; c++, i++) to[i] = Math.max(0, from[i]! * scale[c]! + offset[c]!);
  }
}

/** gradient · [output > 0] on the bits of the floats, again without a branch: outputs are +0 or above. */
function passRelu(gradients: Float32Array, outputs: Float32Array, to: Float32Array, relu: boolean): void {
  if (!relu) {
    to.set(gradients);
    return;
  }
  const [g, y, out] = [gradients, outputs, to].map(bits) as [Int32Array, Int32Array, Int32Array];
  for (let i = 0; i < out.length; i++) out[i] = g[i]! & (-y[i]! >> 31);
}

function bits(array: Float32Array): Int32Array {
  return new Int32Array(array.buffer, array.byteOffset, array.length);
}

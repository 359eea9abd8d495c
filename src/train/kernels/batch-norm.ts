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

    // Shifted by the first row, so that the difference of squares does not cancel.
    const origin = Float64Array.from(from.subarray(0, channels));
    const sums = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (let r = 0, i = 0; r < count; r++) {
      for (let c = 0; c < channels; c++) {
        const d = from[i++]! - origin[c]!;
        sums[c]! += d;
        squares[c]! += d * d;
      }
    }
    const scale = new Float64Array(channels);
    const offset = new Float64Array(channels);
    const gammas = memory.floats(gamma!);
    const betas = memory.floats(beta!);
    const means = memory.floats(meanOut);
    const variances = memory.floats(varianceOut);
    for (let c = 0; c < channels; c++) {
      const shifted = sums[c]! / count;
      const mean = origin[c]! + shifted;
      const variance = Math.max(0, squares[c]! / count - shifted * shifted);
      means[c] = mean;
      variances[c] = variance;
      scale[c] = gammas[c]! / Math.sqrt(variance + epsilon);
      offset[c] = betas[c]! - mean * scale[c]!;
    }
    scaleRows(from, memory.floats(out), scale, offset, relu);
    return [out, meanOut, varianceOut];
  });

  registerKernel(GRAD, ({ x, y, gamma, mean, variance, dy }, { epsilon, relu }: Attrs, memory) => {
    const channels = x!.shape.at(-1)!;
    const count = rows(x!);
    const dx = memory.allocate(x!.shape);
    const dGamma = memory.allocate([channels]);
    const dBeta = memory.allocate([channels]);
    const from = memory.floats(x!);
    const outputs = memory.floats(y!);
    const gradients = memory.floats(dy!);
    const to = memory.floats(dx);
    const means = Float64Array.from(memory.floats(mean!));
    const inverse = Float64Array.from(memory.floats(variance!), (v) => 1 / Math.sqrt(v + epsilon));

    const sumDy = new Float64Array(channels);
    const sumDyX = new Float64Array(channels);
    passRelu(gradients, outputs, to, relu);
    for (let r = 0, i = 0; r < count; r++) {
      for (let c = 0; c < channels; c++, i++) {
        const g = to[i]!;
        sumDy[c]! += g;
        sumDyX[c]! += g * (from[i]! - means[c]!);
      }
    }
    // dx = γ/σ · (g − mean(g) − x̂ · mean(g·x̂)), written as a·g + b·x + d with one a, b, d a channel.
    const a = new Float64Array(channels);
    const b = new Float64Array(channels);
    const d = new Float64Array(channels);
    const gammas = memory.floats(gamma!);
    const gammaOut = memory.floats(dGamma);
    const betaOut = memory.floats(dBeta);
    for (let c = 0; c < channels; c++) {
      a[c] = gammas[c]! * inverse[c]!;
      b[c] = (-a[c]! * inverse[c]! * inverse[c]! * sumDyX[c]!) / count;
      d[c] = (-a[c]! * sumDy[c]!) / count - b[c]! * means[c]!;
      gammaOut[c] = sumDyX[c]! * inverse[c]!;
      betaOut[c] = sumDy[c]!;
    }
    for (let r = 0, i = 0; r < count; r++) {
      for (let c = 0; c < channels; c++, i++) to[i] = a[c]! * to[i]! + b[c]! * from[i]! + d[c]!;
    }
    return [dx, dGamma, dBeta];
  });

  registerKernel(AFFINE, ({ x, scale, offset }, { relu }: Pick<Attrs, "relu">, memory) => {
    const out = memory.allocate(x!.shape);
    const widened = (info: tf.TensorInfo): Float64Array => Float64Array.from(memory.floats(info));
    scaleRows(memory.floats(x!), memory.floats(out), widened(scale!), widened(offset!), relu);
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

function scaleRows(
  from: Float32Array,
  to: Float32Array,
  scale: Float64Array,
  offset: Float64Array,
  relu: boolean,
): void {
  const channels = scale.length;
  // Math.max instead of a comparison: signs are random, and a branch on them would be guessed wrong half the time.
  const floor = relu ? 0 : -Infinity;
  for (let i = 0; i < from.length; ) {
    for (let c = 0; c < channels; c++, i++) to[i] = Math.max(floor, from[i]! * scale[c]! + offset[c]!);
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

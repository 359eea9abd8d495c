// Depthwise convolution along time, forward and backward.
import * as tf from "@tensorflow/tfjs-core";
import type { Sliding } from "../ops.ts";
import { registerKernel, runKernel1 } from "./heap.ts";

const FORWARD = "BandsmithDepthwise";
const GRAD_INPUT = "BandsmithDepthwiseGradInput";
const GRAD_WEIGHT = "BandsmithDepthwiseGradWeight";

/** x [N, T, C], w [size, C] → [N, outputTime, C]. */
export function depthwise(x: tf.Tensor3D, w: tf.Tensor2D, sliding: Sliding): tf.Tensor3D {
  return runKernel1(FORWARD, { x, w }, sliding) as tf.Tensor3D;
}

export function registerDepthwise(): void {
  registerKernel(FORWARD, ({ x, w }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate([batch, s.outputTime, channels]);
    correlate(memory.floats(x!), memory.floats(w!), memory.floats(info), batch, time, channels, s);
    return info;
  });

  registerKernel(GRAD_INPUT, ({ w, dy }, s: Sliding & { time: number }, memory) => {
    const [batch, , channels] = dy!.shape as [number, number, number];
    const info = memory.allocate([batch, s.time, channels]);
    const gradients = memory.floats(dy!);
    const weights = memory.floats(w!);
    const to = memory.floats(info);
    if (s.stride === 1) {
      // Without strides the gradient is a correlation as well, with the kernel turned round.
      const turned = new Float32Array(weights.length);
      for (let k = 0; k < s.size; k++) {
        turned.set(weights.subarray(k * channels, (k + 1) * channels), (s.size - 1 - k) * channels);
      }
      const padBefore = (s.size - 1) * s.dilation - s.padBefore;
      const back = { ...s, padBefore, outputTime: s.time };
      correlate(gradients, turned, to, batch, s.outputTime, channels, back);
    } else {
      scatter(gradients, weights, to.fill(0), batch, s.time, channels, s);
    }
    return info;
  });

  registerKernel(GRAD_WEIGHT, ({ x, dy }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate([s.size, channels]);
    const from = memory.floats(x!);
    const gradients = memory.floats(dy!);
    const to = memory.floats(info);
    for (let k = 0; k < s.size; k++) {
      const start = k * s.dilation - s.padBefore;
      // Output steps whose tap k lies inside: 0 ≤ step·stride + start < time.
      const first = Math.max(0, Math.ceil(-start / s.stride));
      const last = Math.min(s.outputTime, Math.ceil((time - start) / s.stride));
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let n = 0; n < batch; n++) {
          let i = (n * time + first * s.stride + start) * channels + c;
          let g = (n * s.outputTime + first) * channels + c;
          for (let step = first; step < last; step++, i += s.stride * channels, g += channels) {
            sum += from[i]! * gradients[g]!;
          }
        }
        to[k * channels + c] = sum;
      }
    }
    return info;
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "w"],
    gradFunc: (dy, [x, w], attrs) => ({
      x: () => runKernel1(GRAD_INPUT, { w: w!, dy: dy as tf.Tensor }, { ...attrs, time: x!.shape[1] }),
      w: () => runKernel1(GRAD_WEIGHT, { x: x!, dy: dy as tf.Tensor }, attrs),
    }),
  });
}

/** Each output step gathers its taps; those that reach past the ends are left out. */
function correlate(
  from: Float32Array,
  weights: Float32Array,
  to: Float32Array,
  batch: number,
  time: number,
  channels: number,
  s: Sliding,
): void {
  const hop = s.dilation * channels;
  for (let n = 0, o = 0; n < batch; n++) {
    for (let step = 0; step < s.outputTime; step++) {
      const start = step * s.stride - s.padBefore;
      const first = Math.max(0, Math.ceil(-start / s.dilation));
      const last = Math.min(s.size, Math.ceil((time - start) / s.dilation));
      const base = (n * time + start + first * s.dilation) * channels;
      for (let c = 0; c < channels; c++, o++) {
        let sum = 0;
        let i = base + c;
        let w = first * channels + c;
        for (let k = first; k < last; k++, i += hop, w += channels) sum += from[i]! * weights[w]!;
        to[o] = sum;
      }
    }
  }
}

/** The input's gradient for any stride: each output step adds to the inputs that it was made from. */
function scatter(
  gradients: Float32Array,
  weights: Float32Array,
  to: Float32Array,
  batch: number,
  time: number,
  channels: number,
  s: Sliding,
): void {
  for (let n = 0; n < batch; n++) {
    for (let step = 0; step < s.outputTime; step++) {
      const g = (n * s.outputTime + step) * channels;
      for (let k = 0; k < s.size; k++) {
        const t = step * s.stride + k * s.dilation - s.padBefore;
        if (t < 0 || t >= time) continue;
        const i = (n * time + t) * channels;
        const w = k * channels;
        for (let c = 0; c < channels; c++) to[i + c]! += gradients[g + c]! * weights[w + c]!;
      }
    }
  }
}

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
    const from = memory.floats(x!);
    const weights = memory.floats(w!);
    const to = memory.floats(info).fill(0);
    visit(s, batch, time, (input, output, k) => {
      const base = input * channels;
      const out = output * channels;
      const tap = k * channels;
      for (let c = 0; c < channels; c++) to[out + c]! += from[base + c]! * weights[tap + c]!;
    });
    return info;
  });

  registerKernel(GRAD_INPUT, ({ w, dy }, s: Sliding & { time: number }, memory) => {
    const [batch, , channels] = dy!.shape as [number, number, number];
    const info = memory.allocate([batch, s.time, channels]);
    const gradients = memory.floats(dy!);
    const weights = memory.floats(w!);
    const to = memory.floats(info).fill(0);
    visit(s, batch, s.time, (input, output, k) => {
      const base = input * channels;
      const out = output * channels;
      const tap = k * channels;
      for (let c = 0; c < channels; c++) to[base + c]! += gradients[out + c]! * weights[tap + c]!;
    });
    return info;
  });

  registerKernel(GRAD_WEIGHT, ({ x, dy }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate([s.size, channels]);
    const from = memory.floats(x!);
    const gradients = memory.floats(dy!);
    const sums = new Float64Array(s.size * channels);
    visit(s, batch, time, (input, output, k) => {
      const base = input * channels;
      const out = output * channels;
      const tap = k * channels;
      for (let c = 0; c < channels; c++) sums[tap + c]! += from[base + c]! * gradients[out + c]!;
    });
    memory.floats(info).set(sums);
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

/** Calls back with flat indices (n·T + t) of each input step that meets an output step at tap k. */
function visit(
  s: Sliding,
  batch: number,
  time: number,
  meet: (input: number, output: number, k: number) => void,
): void {
  for (let n = 0; n < batch; n++) {
    for (let step = 0; step < s.outputTime; step++) {
      for (let k = 0; k < s.size; k++) {
        const t = step * s.stride + k * s.dilation - s.padBefore;
        if (t >= 0 && t < time) meet(n * time + t, n * s.outputTime + step, k);
      }
    }
  }
}

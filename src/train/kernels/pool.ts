// Maximum and average pooling along time, forward and backward.
import * as tf from "@tensorflow/tfjs-core";
import type { Sliding } from "../ops.ts";
import { registerKernel, runKernel1 } from "./heap.ts";

const MAX = "BandsmithMaxPool";
const MAX_GRAD = "BandsmithMaxPoolGrad";
const AVERAGE = "BandsmithAveragePool";
const AVERAGE_GRAD = "BandsmithAveragePoolGrad";

/** x [N, T, C] → [N, outputTime, C]; steps outside the window's recording do not take part. */
export function maxPool(x: tf.Tensor3D, sliding: Sliding): tf.Tensor3D {
  return runKernel1(MAX, { x }, sliding) as tf.Tensor3D;
}

export function averagePool(x: tf.Tensor3D, sliding: Sliding): tf.Tensor3D {
  return runKernel1(AVERAGE, { x }, sliding) as tf.Tensor3D;
}

export function registerPools(): void {
  registerKernel(MAX, ({ x }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate([batch, s.outputTime, channels]);
    const from = memory.floats(x!);
    const to = memory.floats(info);
    for (let n = 0, o = 0; n < batch; n++) {
      for (let step = 0; step < s.outputTime; step++, o += channels) {
        const [first, last] = range(s, step, time);
        let i = (n * time + first) * channels;
        for (let c = 0; c < channels; c++) to[o + c] = from[i + c]!;
        for (let t = first + 1; t < last; t++) {
          i += channels;
          for (let c = 0; c < channels; c++) to[o + c] = Math.max(to[o + c]!, from[i + c]!);
        }
      }
    }
    return info;
  });

  // The first of equal maxima takes the gradient, as in TensorFlow. Which one it is, is random: bits instead of branches.
  registerKernel(MAX_GRAD, ({ x, y, dy }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate(x!.shape);
    const from = memory.floats(x!);
    const maxima = memory.floats(y!);
    const gradients = memory.floats(dy!);
    const to = memory.floats(info).fill(0);
    const value = new Float32Array(1);
    const bits = new Int32Array(value.buffer);
    for (let n = 0, o = 0; n < batch; n++) {
      for (let step = 0; step < s.outputTime; step++) {
        const [first, last] = range(s, step, time);
        for (let c = 0; c < channels; c++, o++) {
          const maximum = maxima[o]!;
          value[0] = gradients[o]!;
          let left = bits[0]!;
          let i = (n * time + first) * channels + c;
          for (let t = first; t < last; t++, i += channels) {
            value[0] = maximum - from[i]!;
            // −1 where this is not the maximum (the difference is above +0), 0 where it is.
            const other = -bits[0]! >> 31;
            bits[0] = left & ~other;
            to[i]! += value[0];
            left &= other;
          }
        }
      }
    }
    return info;
  });

  registerKernel(AVERAGE, ({ x }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate([batch, s.outputTime, channels]);
    const from = memory.floats(x!);
    const to = memory.floats(info);
    const sums = new Float64Array(channels);
    for (let n = 0, o = 0; n < batch; n++) {
      for (let step = 0; step < s.outputTime; step++) {
        const [first, last] = range(s, step, time);
        sums.fill(0);
        for (let t = first, i = (n * time + first) * channels; t < last; t++) {
          for (let c = 0; c < channels; c++) sums[c]! += from[i++]!;
        }
        for (let c = 0; c < channels; c++) to[o++] = sums[c]! / (last - first);
      }
    }
    return info;
  });

  registerKernel(AVERAGE_GRAD, ({ dy }, s: Sliding & { time: number }, memory) => {
    const [batch, , channels] = dy!.shape as [number, number, number];
    const info = memory.allocate([batch, s.time, channels]);
    const gradients = memory.floats(dy!);
    const to = memory.floats(info).fill(0);
    for (let n = 0, o = 0; n < batch; n++) {
      for (let step = 0; step < s.outputTime; step++, o += channels) {
        const [first, last] = range(s, step, s.time);
        for (let t = first, i = (n * s.time + first) * channels; t < last; t++) {
          for (let c = 0; c < channels; c++) to[i++]! += gradients[o + c]! / (last - first);
        }
      }
    }
    return info;
  });

  tf.registerGradient({
    kernelName: MAX,
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => runKernel1(MAX_GRAD, { x: x!, y: y!, dy: dy as tf.Tensor }, attrs),
    }),
  });
  tf.registerGradient({
    kernelName: AVERAGE,
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({
      x: () => runKernel1(AVERAGE_GRAD, { dy: dy as tf.Tensor }, { ...attrs, time: x!.shape[1] }),
    }),
  });
}

/** Input steps [first, last) of one output step. */
function range(s: Sliding, step: number, time: number): [first: number, last: number] {
  const start = step * s.stride - s.padBefore;
  return [Math.max(0, start), Math.min(time, start + s.size)];
}

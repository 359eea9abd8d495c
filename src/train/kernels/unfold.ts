// im2col along time and its transpose, so that a convolution is one matrix product.
import * as tf from "@tensorflow/tfjs-core";
import type { Sliding } from "../ops.ts";
import { registerKernel, runKernel1 } from "./heap.ts";

const FORWARD = "BandsmithUnfold";
const GRAD = "BandsmithFold";

/** x [N, T, C] → [N, outputTime, size·C], zeros where the window reaches past the ends. */
export function unfold(x: tf.Tensor3D, sliding: Sliding): tf.Tensor3D {
  return runKernel1(FORWARD, { x }, sliding) as tf.Tensor3D;
}

export function registerUnfold(): void {
  registerKernel(FORWARD, ({ x }, s: Sliding, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const info = memory.allocate([batch, s.outputTime, s.size * channels]);
    const from = memory.floats(x!);
    const to = memory.floats(info);
    let o = 0;
    for (let n = 0; n < batch; n++) {
      for (let step = 0; step < s.outputTime; step++) {
        for (let k = 0; k < s.size; k++) {
          const t = step * s.stride + k * s.dilation - s.padBefore;
          if (t < 0 || t >= time) {
            to.fill(0, o, o + channels);
            o += channels;
          } else {
            for (let c = 0, i = (n * time + t) * channels; c < channels; c++) to[o++] = from[i++]!;
          }
        }
      }
    }
    return info;
  });

  registerKernel(GRAD, ({ dy }, s: Sliding & { time: number; channels: number }, memory) => {
    const { time, channels } = s;
    const batch = dy!.shape[0]!;
    const info = memory.allocate([batch, time, channels]);
    const from = memory.floats(dy!);
    const to = memory.floats(info).fill(0);
    let i = 0;
    for (let n = 0; n < batch; n++) {
      for (let step = 0; step < s.outputTime; step++) {
        for (let k = 0; k < s.size; k++) {
          const t = step * s.stride + k * s.dilation - s.padBefore;
          if (t < 0 || t >= time) i += channels;
          else for (let c = 0, o = (n * time + t) * channels; c < channels; c++) to[o++]! += from[i++]!;
        }
      }
    }
    return info;
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({
      x: () =>
        runKernel1(GRAD, { dy: dy as tf.Tensor }, { ...attrs, time: x!.shape[1], channels: x!.shape[2] }),
    }),
  });
}

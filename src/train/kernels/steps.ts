// The time steps of sequences as tensors of their own, all at once: slices one by one would each have a gradient as large
// as the whole.
import * as tf from "@tensorflow/tfjs-core";
import { registerKernel, runKernel } from "./heap.ts";

const STEPS = "BandsmithSteps";

/** x [N, T, C] with T > 1 → T times [N, C]. */
export function steps(x: tf.Tensor3D): tf.Tensor2D[] {
  return runKernel(STEPS, { x }, {}) as tf.Tensor2D[];
}

export function registerSteps(): void {
  registerKernel(STEPS, ({ x }, _, memory) => {
    const [batch, time, channels] = x!.shape as [number, number, number];
    const parts = Array.from({ length: time }, () => memory.allocate([batch, channels]));
    const from = memory.floats(x!);
    parts.forEach((part, t) => {
      const to = memory.floats(part);
      for (let n = 0; n < batch; n++) {
        const start = (n * time + t) * channels;
        to.set(from.subarray(start, start + channels), n * channels);
      }
    });
    return parts;
  });
  tf.registerGradient({
    kernelName: STEPS,
    gradFunc: (dys) => ({ x: () => tf.stack(dys as tf.Tensor[], 1) }),
  });
}

// What int8 leaves of a number: rounded to the grid of a scale, forward; backward as if nothing had been rounded, and
// nothing where it was cut off (the straight-through estimator).
// Source: Jacob et al. 2018 (arXiv 1712.05877), section 3; Bengio et al. 2013 (arXiv 1308.3432).
import * as tf from "@tensorflow/tfjs-core";
import type { PerTensorQuantization } from "../../ir/tensor.ts";
import { type Channels, channelsOf, type Grid, isInside, onGrid, onGridTwice } from "../grid.ts";
import { registerKernel, runKernel1 } from "./heap.ts";

const FORWARD = "BandsmithFakeQuantize";
const GRAD = "BandsmithFakeQuantizeGrad";
const WEIGHTS = "BandsmithFakeQuantizeWeights";

/** The values that an activation in int8 stands for; with `fineBits`, after a first rounding (see grid.ts). */
export function fakeQuantize<T extends tf.Tensor>(
  x: T,
  { scale, zeroPoint }: PerTensorQuantization,
  fineBits: readonly number[] | null = null,
): T {
  return runKernel1(FORWARD, { x }, { scale, zeroPoint, fineBits }) as T;
}

interface Rounding extends Grid {
  readonly fineBits: readonly number[] | null;
}

/** The values that weights in int8 stand for, symmetric in [−127, 127] by the largest of each scale. */
export function fakeQuantizeWeights<T extends tf.Tensor>(w: T, axis: number | null): T {
  return runKernel1(WEIGHTS, { w }, channelsOf(w.shape, axis)) as T;
}

export function registerFakeQuantize(): void {
  registerKernel(FORWARD, ({ x }, { fineBits, ...grid }: Rounding, memory) => {
    const info = memory.allocate(x!.shape);
    const from = memory.floats(x!);
    const to = memory.floats(info);
    if (fineBits === null) for (let i = 0; i < to.length; i++) to[i] = onGrid(from[i]!, grid);
    else onGridTwice(from, to, grid, fineBits);
    return info;
  });

  registerKernel(GRAD, ({ x, dy }, grid: Grid, memory) => {
    const info = memory.allocate(x!.shape);
    const from = memory.floats(x!);
    const gradients = memory.floats(dy!);
    const to = memory.floats(info);
    for (let i = 0; i < to.length; i++) to[i] = isInside(from[i]!, grid) ? gradients[i]! : 0;
    return info;
  });

  registerKernel(WEIGHTS, ({ w }, { channels, inner }: Channels, memory) => {
    const info = memory.allocate(w!.shape);
    const from = memory.floats(w!);
    const to = memory.floats(info);
    const largest = new Float64Array(channels);
    for (let i = 0; i < from.length; i++) {
      const channel = Math.floor(i / inner) % channels;
      largest[channel] = Math.max(largest[channel]!, Math.abs(from[i]!));
    }
    for (let i = 0; i < from.length; i++) {
      const scale = Math.fround(largest[Math.floor(i / inner) % channels]! / 127);
      to[i] = scale === 0 ? 0 : scale * Math.round(from[i]! / scale);
    }
    return info;
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({
      x: () => runKernel1(GRAD, { x: x!, dy: dy as tf.Tensor }, attrs),
    }),
  });

  // The scale follows the largest weight, so that nothing is cut off.
  tf.registerGradient({ kernelName: WEIGHTS, gradFunc: (dy) => ({ w: () => (dy as tf.Tensor).clone() }) });
}

// y = x·w + b over the last axis, forward and backward, on the backend's SIMD matrix product.
import * as tf from "@tensorflow/tfjs-core";
import { registerKernel, rows, runKernel1, transpose } from "./heap.ts";

const FORWARD = "BandsmithLinear";
const GRAD_INPUT = "BandsmithLinearGradInput";
const GRAD_WEIGHT = "BandsmithLinearGradWeight";
const GRAD_BIAS = "BandsmithLinearGradBias";

/** x [..., F], w [F, U], bias [U] or null → [..., U]. */
export function linear(x: tf.Tensor, w: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  return runKernel1(FORWARD, bias === null ? { x, w } : { x, w, bias }, {});
}

export function registerLinear(): void {
  registerKernel(FORWARD, ({ x, w, bias }, _, memory) => {
    const [input, output] = [w!.shape[0]!, w!.shape[1]!];
    const y = memory.product(x!, w!, [rows(x!), input, output], bias);
    return { ...y, shape: [...x!.shape.slice(0, -1), output] };
  });

  registerKernel(GRAD_INPUT, ({ w, dy }, _, memory) => {
    const [input, output] = [w!.shape[0]!, w!.shape[1]!];
    const transposed = transpose(memory, w!, input, output);
    const dx = memory.product(dy!, transposed, [rows(dy!), output, input]);
    memory.release(transposed);
    return { ...dx, shape: [...dy!.shape.slice(0, -1), input] };
  });

  registerKernel(GRAD_WEIGHT, ({ x, dy }, _, memory) => {
    const count = rows(x!);
    const [input, output] = [x!.shape.at(-1)!, dy!.shape.at(-1)!];
    const transposed = transpose(memory, x!, count, input);
    const dw = memory.product(transposed, dy!, [input, count, output]);
    memory.release(transposed);
    return { ...dw, shape: [input, output] };
  });

  registerKernel(GRAD_BIAS, ({ dy }, _, memory) => {
    const output = dy!.shape.at(-1)!;
    const info = memory.allocate([output]);
    const from = memory.floats(dy!);
    const to = memory.floats(info);
    for (let u = 0; u < output; u++) {
      let sum = 0;
      for (let i = u; i < from.length; i += output) sum += from[i]!;
      to[u] = sum;
    }
    return info;
  });

  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ["x", "w"],
    gradFunc: (dy, [x, w]) => ({
      x: () => runKernel1(GRAD_INPUT, { w: w!, dy: dy as tf.Tensor }, {}),
      w: () => runKernel1(GRAD_WEIGHT, { x: x!, dy: dy as tf.Tensor }, {}),
      bias: () => runKernel1(GRAD_BIAS, { dy: dy as tf.Tensor }, {}),
    }),
  });
}

// y = x·w + b over the last axis, forward and backward, on the backend's SIMD matrix product.
import * as tf from "@tensorflow/tfjs-core";
import { allocate, type BackendWasm, floats, registerWasmKernel, rows, runKernel1 } from "./heap.ts";

const FORWARD = "BandsmithLinear";
const GRAD_INPUT = "BandsmithLinearGradInput";
const GRAD_WEIGHT = "BandsmithLinearGradWeight";
const GRAD_BIAS = "BandsmithLinearGradBias";

/** x [..., F], w [F, U], bias [U] or null → [..., U]. */
export function linear(x: tf.Tensor, w: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  return runKernel1(FORWARD, bias === null ? { x, w } : { x, w, bias }, {});
}

export function registerLinear(): void {
  registerWasmKernel(FORWARD, ({ x, w, bias }, _, backend) => {
    const [input, output] = [w!.shape[0]!, w!.shape[1]!];
    const y = product(backend, x!, w!, rows(x!), input, output, bias);
    return { ...y, shape: [...x!.shape.slice(0, -1), output] };
  });

  registerWasmKernel(GRAD_INPUT, ({ w, dy }, _, backend) => {
    const [input, output] = [w!.shape[0]!, w!.shape[1]!];
    const transposed = transpose(backend, w!, input, output);
    const dx = product(backend, dy!, transposed, rows(dy!), output, input);
    backend.disposeData(transposed.dataId);
    return { ...dx, shape: [...dy!.shape.slice(0, -1), input] };
  });

  registerWasmKernel(GRAD_WEIGHT, ({ x, dy }, _, backend) => {
    const count = rows(x!);
    const [input, output] = [x!.shape.at(-1)!, dy!.shape.at(-1)!];
    const transposed = transpose(backend, x!, count, input);
    const dw = product(backend, transposed, dy!, input, count, output);
    backend.disposeData(transposed.dataId);
    return { ...dw, shape: [input, output] };
  });

  registerWasmKernel(GRAD_BIAS, ({ dy }, _, backend) => {
    const output = dy!.shape.at(-1)!;
    const count = rows(dy!);
    const info = allocate(backend, [output]);
    const from = floats(backend, dy!);
    const sums = new Float64Array(output);
    for (let r = 0, i = 0; r < count; r++) for (let u = 0; u < output; u++) sums[u]! += from[i++]!;
    floats(backend, info).set(sums);
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

/**
 * [m, k] × [k, n] by XNNPACK. The backend takes that road only for untransposed operands (its other one is four
 * times slower), so that callers transpose by hand.
 */
function product(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  m: number,
  k: number,
  n: number,
  bias?: tf.TensorInfo,
): tf.TensorInfo {
  const inputs = { a: { ...a, shape: [1, m, k] }, b: { ...b, shape: [1, k, n] } };
  return tf.getKernel("_FusedMatMul", "wasm").kernelFunc({
    inputs: bias === undefined ? inputs : { ...inputs, bias },
    backend,
    attrs: { transposeA: false, transposeB: false, activation: "linear" },
  }) as tf.TensorInfo;
}

function transpose(backend: BackendWasm, info: tf.TensorInfo, height: number, width: number): tf.TensorInfo {
  const out = allocate(backend, [width, height]);
  const from = floats(backend, info);
  const to = floats(backend, out);
  for (let r = 0, i = 0; r < height; r++) {
    for (let c = 0, o = r; c < width; c++, o += height) to[o] = from[i++]!;
  }
  return out;
}

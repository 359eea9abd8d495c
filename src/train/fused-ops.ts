// The operations on kernels of our own: the WebAssembly backend lacks Conv2DBackpropFilter and the depthwise gradients,
// and its general element-wise kernels cost ten times what a plain loop does on arrays of this size.
import type * as tf from "@tensorflow/tfjs-core";
import { addVector, reshape, toMultiples } from "./differentiable.ts";
import { attend, dotProducts, registerAttention } from "./kernels/attention.ts";
import { affine, batchNorm, registerBatchNorm } from "./kernels/batch-norm.ts";
import { depthwise, registerDepthwise } from "./kernels/depthwise.ts";
import { fakeQuantize, fakeQuantizeWeights, registerFakeQuantize } from "./kernels/fake-quantize.ts";
import { gru, registerGru } from "./kernels/gru.ts";
import { linear, registerLinear } from "./kernels/linear.ts";
import { lstm, registerLstm } from "./kernels/lstm.ts";
import { averagePool, maxPool, registerPools } from "./kernels/pool.ts";
import { registerRnn, rnn } from "./kernels/rnn.ts";
import { registerSteps, steps } from "./kernels/steps.ts";
import { registerUnfold, unfold } from "./kernels/unfold.ts";
import type { TensorOps } from "./ops.ts";

let registered = false;

/** Registers the kernels and gradients once in a process. */
export function registerFusedKernels(): void {
  if (registered) return;
  registered = true;
  registerLinear();
  registerUnfold();
  registerDepthwise();
  registerBatchNorm();
  registerPools();
  registerLstm();
  registerGru();
  registerRnn();
  registerSteps();
  registerAttention();
  registerFakeQuantize();
}

export const fusedOps: TensorOps = {
  conv1d(x, w, bias, sliding) {
    const [size, input, output] = w.shape;
    const columns = size === 1 && sliding.stride === 1 ? x : unfold(x, sliding);
    return linear(columns, reshape(w, [size * input, output]), bias) as tf.Tensor3D;
  },
  depthwiseConv1d(x, w, bias, sliding) {
    const y = depthwise(x, w, sliding);
    return bias === null ? y : addVector(y, bias);
  },
  dense: (x, w, bias) => linear(x, w, bias) as tf.Tensor2D,
  maxPool1d: maxPool,
  averagePool1d: averagePool,
  batchNorm(x, gamma, beta, epsilon, relu) {
    const [y, mean, variance] = batchNorm(x, gamma, beta, { epsilon, relu });
    return {
      y,
      mean: mean.dataSync<"float32">(),
      variance: variance.dataSync<"float32">(),
    };
  },
  affine,
  lstm,
  gru,
  rnn,
  steps,
  dotProducts,
  attend,
  fakeQuantize,
  fakeQuantizeWeights,
  fakeQuantizeBias: toMultiples,
};

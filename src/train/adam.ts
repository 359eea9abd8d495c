// Adam with decoupled weight decay. Source: Kingma and Ba 2015 (arXiv 1412.6980), algorithm 1; Loshchilov and
// Hutter 2019 (arXiv 1711.05101), algorithm 2.
import type * as tf from "@tensorflow/tfjs-core";
import { type Parameter, upload } from "./parameters.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

export interface Optimizer {
  /** Changes every parameter by its gradient (same order) and takes it to the backend. */
  step(gradients: readonly tf.Tensor[], learningRate: number): void;
}

/** In plain JavaScript on the master copies: a few thousand numbers, the same arithmetic on every backend. */
export function createAdam(parameters: readonly Parameter[], weightDecay: number): Optimizer {
  const first = parameters.map(({ values }) => new Float32Array(values.length));
  const second = parameters.map(({ values }) => new Float32Array(values.length));
  let steps = 0;
  return {
    step(gradients, learningRate) {
      steps++;
      const rate = (learningRate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
      parameters.forEach((parameter, p) => {
        const { values } = parameter;
        const gradient = gradients[p]!.dataSync();
        const m = first[p]!;
        const v = second[p]!;
        const shrink = parameter.decays ? 1 - learningRate * weightDecay : 1;
        for (let i = 0; i < values.length; i++) {
          const g = gradient[i]!;
          m[i] = BETA1 * m[i]! + (1 - BETA1) * g;
          v[i] = BETA2 * v[i]! + (1 - BETA2) * g * g;
          values[i] = shrink * values[i]! - (rate * m[i]!) / (Math.sqrt(v[i]!) + EPSILON);
        }
        upload(parameter);
      });
    },
  };
}

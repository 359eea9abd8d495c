// Adam with decoupled weight decay and clipped gradients. Source: Kingma and Ba 2015 (arXiv 1412.6980), algorithm 1;
// Loshchilov and Hutter 2019 (arXiv 1711.05101), algorithm 2; Pascanu et al. 2013 (arXiv 1211.5063), algorithm 1.
import type * as tf from "@tensorflow/tfjs-core";
import type { TrainSpec } from "../spec/band.ts";
import { type Parameter, upload } from "./parameters.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

export interface Optimizer {
  /** Changes every parameter by its gradient (same order) and takes it to the backend. */
  step(gradients: readonly tf.Tensor[], learningRate: number): void;
}

/** Decay a step and unit of learning rate; the largest norm of all gradients together, null for any. */
export type AdamSettings = Pick<TrainSpec, "weightDecay" | "clipNorm">;

/** In plain JavaScript on the master copies: a few thousand numbers, the same arithmetic on every backend. */
export function createAdam(
  parameters: readonly Parameter[],
  { weightDecay, clipNorm }: AdamSettings,
): Optimizer {
  const first = parameters.map(({ values }) => new Float32Array(values.length));
  const second = parameters.map(({ values }) => new Float32Array(values.length));
  let steps = 0;
  return {
    step(gradients, learningRate) {
      steps++;
      const slopes = gradients.map((gradient) => gradient.dataSync<"float32">());
      const clipped = clipNorm === null ? 1 : Math.min(1, clipNorm / norm(slopes));
      const rate = (learningRate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
      parameters.forEach((parameter, p) => {
        const { values } = parameter;
        const gradient = slopes[p]!;
        const m = first[p]!;
        const v = second[p]!;
        const shrink = parameter.decays ? 1 - learningRate * weightDecay : 1;
        for (let i = 0; i < values.length; i++) {
          const g = clipped * gradient[i]!;
          m[i] = BETA1 * m[i]! + (1 - BETA1) * g;
          v[i] = BETA2 * v[i]! + (1 - BETA2) * g * g;
          values[i] = shrink * values[i]! - (rate * m[i]!) / (Math.sqrt(v[i]!) + EPSILON);
        }
        upload(parameter);
      });
    },
  };
}

/** Of all numbers as one vector. */
function norm(parts: readonly Float32Array[]): number {
  let squares = 0;
  for (const part of parts) for (const value of part) squares += value * value;
  return Math.sqrt(squares);
}

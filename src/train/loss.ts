// Weighted softmax cross-entropy, in JavaScript: a batch has a few hundred logits, and its loss and accuracy are
// wanted here anyway.
import * as tf from "@tensorflow/tfjs-core";

/** Sums over windows, to be divided by `weight` and `count` at the end of an epoch. */
export interface Score {
  loss: number;
  weight: number;
  correct: number;
  count: number;
}

export const emptyScore = (): Score => ({ loss: 0, weight: 0, correct: 0, count: 0 });

/**
 * Adds a batch to `score` and returns ∂(Σ weightₙ·lossₙ / N)/∂logits, [N, K].
 * @param logits [N, K]
 * @param labels N class indices
 * @param classWeights K
 */
export function scoreLogits(
  logits: Float32Array,
  labels: Int32Array,
  classWeights: Float32Array,
  score: Score,
): Float32Array {
  const classes = classWeights.length;
  const gradient = new Float32Array(logits.length);
  for (let n = 0; n < labels.length; n++) {
    const base = n * classes;
    const label = labels[n]!;
    const weight = classWeights[label]!;
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits[base + k]! > logits[base + best]!) best = k;
    const maximum = logits[base + best]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[base + k]! - maximum);
    for (let k = 0; k < classes; k++) {
      const probability = Math.exp(logits[base + k]! - maximum) / sum;
      gradient[base + k] = (weight * (probability - (k === label ? 1 : 0))) / labels.length;
    }
    score.loss += weight * (Math.log(sum) + maximum - logits[base + label]!);
    score.weight += weight;
    score.correct += best === label ? 1 : 0;
    score.count++;
  }
  return gradient;
}

/** The same as a differentiable scalar on the tape (its value is the batch's mean loss). */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: Int32Array,
  classWeights: Float32Array,
  score: Score,
): tf.Scalar {
  return tf.customGrad((x) => {
    const before = score.loss;
    const gradient = scoreLogits((x as tf.Tensor).dataSync<"float32">(), labels, classWeights, score);
    return {
      value: tf.scalar((score.loss - before) / labels.length),
      gradFunc: () => tf.tensor(gradient, (x as tf.Tensor).shape),
    };
  })(logits);
}

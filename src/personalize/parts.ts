// A float network parted as splitHead parts an int8 one: what a personal head would have done before any rounding.
import { floatInterpreter } from "../interpret/interpreter.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { softmax } from "../ops/softmax.ts";
import { headNotThere } from "../util/messages.ts";
import type { Head } from "./head.ts";
import { BIAS_FEATURE, type Solution, WEIGHT_BITS } from "./solve.ts";

export interface FloatParts {
  /** Windows to features. */
  readonly body: Graph;
  /** Features to probabilities: the last dense layer and its softmax. */
  readonly tail: Graph;
}

/** @throws UserError head/not-there where it does not end so */
export function partFloat(graph: Graph): FloatParts {
  const [dense, last] = graph.nodes.slice(-2);
  if (dense === undefined || last?.op.name !== softmax.name) {
    throw headNotThere(`its last operator is ${last?.op.name ?? "missing"}`);
  }
  const features = dense.inputs[0]!;
  return {
    body: { ...graph, nodes: graph.nodes.slice(0, -2), output: features },
    tail: { ...graph, nodes: [dense, last], input: features, metadata: null },
  };
}

/**
 * @param fill writes window `index` to the graph's input
 * @returns [count, features]
 */
export function floatFeaturesOf(
  body: Graph,
  count: number,
  fill: (index: number, input: Float32Array) => void,
): Float32Array {
  const interpreter = floatInterpreter(body);
  const { length } = interpreter.output;
  const features = new Float32Array(count * length);
  for (let index = 0; index < count; index++) {
    fill(index, interpreter.input);
    interpreter.run();
    features.set(interpreter.output, index * length);
  }
  return features;
}

/** What a graph of features says: [windows, classes]. */
export function floatOutputsOf(tail: Graph, features: Float32Array): Float32Array {
  const width = tensorOf(tail, tail.input).shape.reduce((product, size) => product * size, 1);
  return floatFeaturesOf(tail, features.length / width, (index, input) => {
    input.set(features.subarray(index * width, (index + 1) * width));
  });
}

/**
 * Logits of a solution before it is quantised, on features that were not rounded either.
 * @param features [windows, features] of the float body
 * @returns [windows, classes]
 */
export function floatLogits(
  general: Head,
  { weights, centre }: Solution,
  features: Float32Array,
): Float32Array {
  const { features: width, inputScale, inputZeroPoint, weightScale } = general;
  const pitch = width + 1;
  const classes = weights.length / pitch;
  const unit = (inputScale * weightScale) / 2 ** WEIGHT_BITS;
  const logits = new Float32Array((features.length / width) * classes);
  for (let at = 0; at < logits.length; at++) {
    const [first, row] = [Math.floor(at / classes) * width, (at % classes) * pitch];
    let sum = weights[row + width]! * BIAS_FEATURE;
    for (let j = 0; j < width; j++) {
      // In steps of the int8 features, which the weights are for.
      sum += weights[row + j]! * (features[first + j]! / inputScale + inputZeroPoint - centre[j]!);
    }
    logits[at] = sum * unit;
  }
  return logits;
}

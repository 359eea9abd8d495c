// The features of windows: what the body of an int8 graph gives; and what a head makes of them.
import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import { type Head, headGraph } from "./head.ts";

/**
 * @param body as splitHead gives it
 * @param fill writes window `index` to the graph's input
 * @returns [count, features]
 */
export function featuresOf(
  body: Graph,
  count: number,
  fill: (index: number, input: Int8Array) => void,
): Int8Array {
  const interpreter = int8Interpreter(body);
  const { length } = interpreter.output;
  const features = new Int8Array(count * length);
  for (let index = 0; index < count; index++) {
    fill(index, interpreter.input);
    interpreter.run();
    features.set(interpreter.output, index * length);
  }
  return features;
}

/**
 * What a head says of features, by the reference interpreter.
 * @param features [windows, features]
 * @returns [windows, classes]
 */
export function headOutputs(head: Head, features: Int8Array): Int8Array {
  const width = head.features;
  return featuresOf(headGraph(head), features.length / width, (index, input) => {
    input.set(features.subarray(index * width, (index + 1) * width));
  });
}

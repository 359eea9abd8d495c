// The features of windows: what the body of an int8 graph gives, by the reference interpreter.
import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";

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

// The interpreter's outputs over frames that are already int8.
import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";

/**
 * @param inputs [windows, input size]
 * @returns [windows, output size]
 */
export function int8Outputs(graph: Graph, inputs: Int8Array, windows: number): Int8Array {
  const interpreter = int8Interpreter(graph);
  const { input, output } = interpreter;
  const outputs = new Int8Array(windows * output.length);
  for (let window = 0; window < windows; window++) {
    input.set(inputs.subarray(window * input.length, (window + 1) * input.length));
    interpreter.run();
    outputs.set(output, window * output.length);
  }
  return outputs;
}

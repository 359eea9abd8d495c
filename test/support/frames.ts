// The interpreter over the files of golden vectors: frames of bytes in, frames of bytes out.
import { createInterpreter } from "../../src/interpret/interpreter.ts";
import type { Graph } from "../../src/ir/graph.ts";
import type { TensorData } from "../../src/ir/tensor.ts";

const bytesOf = (data: TensorData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Runs frames of the input's type, one after another; returns the outputs' bytes, frame after frame. */
export function runFrames(graph: Graph, inputs: Uint8Array): Uint8Array {
  const interpreter = createInterpreter(graph);
  const [input, output] = [bytesOf(interpreter.input), bytesOf(interpreter.output)];
  const frames = inputs.length / input.length;
  if (!Number.isInteger(frames)) throw new Error(`${inputs.length} bytes are no whole number of frames`);
  const outputs = new Uint8Array(frames * output.length);
  for (let frame = 0; frame < frames; frame++) {
    input.set(inputs.subarray(frame * input.length, (frame + 1) * input.length));
    interpreter.run();
    outputs.set(output, frame * output.length);
  }
  return outputs;
}

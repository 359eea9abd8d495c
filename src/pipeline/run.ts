// A model over a stream of raw bytes, frame by frame.
import { int8Interpreter } from "../interpret/interpreter.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { incompleteFrame, notInt8Model } from "../util/messages.ts";

export interface FrameRunner {
  /** Takes bytes of any number of frames, also broken ones; returns the outputs of those that are now whole. */
  push(bytes: Uint8Array): Uint8Array;
  /** @throws UserError run/incomplete-frame where bytes are left over */
  end(): void;
}

/** @throws UserError run/not-int8 */
export function runFrames(graph: Graph, source: string): FrameRunner {
  const { dtype } = tensorOf(graph, graph.input);
  if (dtype !== "int8") throw notInt8Model(source, dtype, "run takes raw int8 frames");
  const interpreter = int8Interpreter(graph);
  const { input, output } = interpreter;
  let filled = 0;
  let frames = 0;
  return {
    push(bytes) {
      const outputs = new Uint8Array(Math.floor((filled + bytes.length) / input.length) * output.length);
      let written = 0;
      for (const byte of bytes) {
        input[filled++] = byte; // Int8Array takes the low eight bits, as two's complement
        if (filled < input.length) continue;
        interpreter.run();
        outputs.set(new Uint8Array(output.buffer, output.byteOffset, output.length), written);
        written += output.length;
        filled = 0;
        frames++;
      }
      return outputs;
    },
    end() {
      if (filled > 0) throw incompleteFrame(source, input.length, frames, filled);
    },
  };
}

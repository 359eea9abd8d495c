// Bit-for-bit comparison of two int8 graphs over the same frames: every value of every layer counts.

import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import type { Int8Frames } from "./frames.ts";

export interface LayerAgreement {
  readonly operator: string;
  readonly tensor: string;
  readonly values: number;
  readonly different: number;
}

export interface Agreement {
  readonly windows: number;
  /** Output values compared. */
  readonly values: number;
  readonly different: number;
  /** The input and every operator's output, in execution order. */
  readonly layers: readonly LayerAgreement[];
  /** The first window whose output differs, or null. */
  readonly firstWindow: number | null;
  /** The first graph's outputs, [windows, classes], for whoever scores them. */
  readonly outputs: Int8Array;
}

/**
 * Runs two graphs of the same structure over `windows` frames.
 * @param framesA the input of each side, since the step to int8 is part of what must agree
 * @param onProgress called now and then with the windows done
 */
export function compareGraphs(
  a: Graph,
  b: Graph,
  windows: number,
  framesA: Int8Frames,
  framesB: Int8Frames,
  onProgress: (done: number) => void = () => undefined,
): Agreement {
  const [ia, ib] = [int8Interpreter(a), int8Interpreter(b)];
  if (a.nodes.length !== b.nodes.length || ia.input.length !== ib.input.length) {
    throw new Error("Bug in Bandsmith: two graphs of different structure are compared");
  }
  const layers = a.nodes.flatMap((node, i) =>
    node.outputs.map((tensor, k) => ({
      operator: node.op.name,
      tensor,
      values: 0,
      different: 0,
      left: ia.dataOf(tensor),
      right: ib.dataOf(b.nodes[i]!.outputs[k]!),
    })),
  );
  const inputs = { operator: "input", tensor: a.input, values: 0, different: 0 };
  const outputs = new Int8Array(windows * ia.output.length);
  let firstWindow: number | null = null;
  let different = 0;
  for (let window = 0; window < windows; window++) {
    framesA(window, ia.input);
    framesB(window, ib.input);
    inputs.different += countDifferent(ia.input, ib.input);
    inputs.values += ia.input.length;
    ia.run();
    ib.run();
    for (const layer of layers) {
      layer.different += countDifferent(layer.left, layer.right);
      layer.values += layer.left.length;
    }
    const wrong = countDifferent(ia.output, ib.output);
    if (wrong > 0) firstWindow ??= window;
    different += wrong;
    outputs.set(ia.output, window * ia.output.length);
    if (window % 256 === 255) onProgress(window + 1);
  }
  return {
    windows,
    values: outputs.length,
    different,
    layers: [
      inputs,
      ...layers.map(({ operator, tensor, values, different: n }) => ({
        operator,
        tensor,
        values,
        different: n,
      })),
    ],
    firstWindow,
    outputs,
  };
}

/** Values that are not equal; a missing value counts as different. */
function countDifferent(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) count++;
  return count;
}

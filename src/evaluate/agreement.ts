// Bit-for-bit comparison of two int8 graphs over the same frames: every value of every layer counts.

import { int8Interpreter } from "../interpret/interpreter.ts";
import type { Graph } from "../ir/graph.ts";
import { type Difference, tallyDifferences } from "./difference.ts";
import type { Int8Frames } from "./frames.ts";
import { layersOf } from "./layers.ts";

export interface LayerAgreement extends Difference {
  readonly operator: string;
  readonly tensor: string;
}

/** The difference of the outputs, and of every layer. */
export interface Agreement extends Difference {
  readonly windows: number;
  /** The input and every operator's output, in execution order. */
  readonly layers: readonly LayerAgreement[];
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
  const [layersA, layersB] = [layersOf(a), layersOf(b)];
  if (layersA.length !== layersB.length || ia.input.length !== ib.input.length) {
    throw new Error("Bug in Bandsmith: two graphs of different structure are compared");
  }
  const inputs = { operator: "input", tensor: a.input, tally: tallyDifferences() };
  const layers = layersA.map(({ operator, tensor }, i) => ({
    operator,
    tensor,
    tally: tallyDifferences(),
    left: ia.dataOf(tensor),
    right: ib.dataOf(layersB[i]!.tensor),
  }));
  const whole = tallyDifferences();
  const outputs = new Int8Array(windows * ia.output.length);
  for (let window = 0; window < windows; window++) {
    framesA(window, ia.input);
    framesB(window, ib.input);
    inputs.tally.add(window, ia.input, ib.input);
    ia.run();
    ib.run();
    for (const { tally, left, right } of layers) tally.add(window, left, right);
    whole.add(window, ia.output, ib.output);
    outputs.set(ia.output, window * ia.output.length);
    if (window % 256 === 255) onProgress(window + 1);
  }
  return {
    windows,
    ...whole.result(),
    layers: [inputs, ...layers].map(({ operator, tensor, tally }) => ({
      operator,
      tensor,
      ...tally.result(),
    })),
    outputs,
  };
}

/** Differences of all layers as one; the first is that of the first layer in execution order that differs. */
export function sumOfLayers(layers: readonly LayerAgreement[]): Difference {
  return {
    values: layers.reduce((sum, layer) => sum + layer.values, 0),
    different: layers.reduce((sum, layer) => sum + layer.different, 0),
    largest: Math.max(0, ...layers.map((layer) => layer.largest)),
    first: layers.find((layer) => layer.different > 0)?.first ?? null,
  };
}

// From the trained float graph to a verified int8 model: fold, observe, quantise, encode, read back, compare.
import { labelOf, subjectOf, type WindowSet, windowCount } from "../data/window-set.ts";
import { type Agreement, compareGraphs } from "../evaluate/agreement.ts";
import { floatFrames, int8Frames } from "../evaluate/frames.ts";
import { argmax, computeMetrics, type Metrics } from "../evaluate/metrics.ts";
import { floatInterpreter } from "../interpret/interpreter.ts";
import { observe } from "../interpret/observe.ts";
import type { Graph, GraphMetadata } from "../ir/graph.ts";
import { foldGraph } from "../quantize/fold.ts";
import { quantizeGraph } from "../quantize/quantize.ts";
import { chooseRanges } from "../quantize/range.ts";
import type { InputQuantizer } from "../signal/frontend.ts";
import type { QuantizeSpec } from "../spec/band.ts";
import { readTflite } from "../tflite/read.ts";
import { writeTflite } from "../tflite/write.ts";
import { invariant } from "../util/errors.ts";
import type { OnEvent } from "./events.ts";
import { nearestRanges } from "./nearest-ranges.ts";

export interface CompiledModel {
  /** Float, folded: the reference for accuracy. */
  readonly float: Graph;
  /** Int8: what is proved and shipped. */
  readonly int8: Graph;
  readonly tflite: Uint8Array;
}

/** Fold, calibrate on training windows, quantise, encode. */
export function compileModel(trained: Graph, calibration: WindowSet, spec: QuantizeSpec): CompiledModel {
  const float = foldGraph(trained);
  const { preprocessing } = metadataOf(float);
  const windows = windowCount(calibration);
  const count = Math.min(windows, spec.windows);
  const frames = floatFrames(calibration, preprocessing.normalization);
  // Evenly spread over the training windows, so that every subject and class is seen.
  const observed = observe(float, count, (i, input) => {
    frames(Math.floor((i * windows) / count), input);
  });
  const { calibration: rule, percentile } = spec;
  const ranges =
    rule === "nearest"
      ? nearestRanges(float, observed, calibration)
      : chooseRanges(observed, { calibration: rule, percentile });
  const int8 = quantizeGraph(float, ranges);
  return { float, int8, tflite: writeTflite(int8) };
}

/** The graph in memory against the graph re-read from the file's bytes, over every window of a set. */
export function verifyModel(
  int8: Graph,
  tflite: Uint8Array,
  windows: WindowSet,
  onEvent: OnEvent,
): Agreement {
  const reread = readTflite(tflite, "the encoded model");
  const total = windowCount(windows);
  // Each side works from its own metadata, so that the integer front end is part of the comparison.
  const frames = int8Frames(windows, quantizerOf(int8));
  const rereadFrames = int8Frames(windows, quantizerOf(reread));
  return compareGraphs(int8, reread, total, frames, rereadFrames, (done) => {
    onEvent({ kind: "windows", what: "verified", done, total });
  });
}

/** Metrics from outputs, [windows, classes]. */
export function scoreOutputs(
  labels: readonly string[],
  windows: WindowSet,
  outputs: ArrayLike<number>,
): Metrics {
  const indices = Array.from({ length: windowCount(windows) }, (_, i) => i);
  return computeMetrics(
    labels,
    indices.map((i) => labelOf(windows, i)),
    indices.map((i) => argmax(outputs, i * labels.length, labels.length)),
    indices.map((i) => subjectOf(windows, i)),
  );
}

/** The float graph's outputs over a set, [windows, classes]. */
export function floatOutputs(float: Graph, windows: WindowSet, onEvent: OnEvent): Float32Array {
  const interpreter = floatInterpreter(float);
  const frames = floatFrames(windows, metadataOf(float).preprocessing.normalization);
  const total = windowCount(windows);
  const outputs = new Float32Array(total * interpreter.output.length);
  for (let i = 0; i < total; i++) {
    frames(i, interpreter.input);
    interpreter.run();
    outputs.set(interpreter.output, i * interpreter.output.length);
    if (i % 256 === 255) onEvent({ kind: "windows", what: "scored in float", done: i + 1, total });
  }
  return outputs;
}

function metadataOf(graph: Graph): GraphMetadata {
  invariant(graph.metadata !== null, `${graph.name} carries its pre-processing`);
  return graph.metadata;
}

function quantizerOf(graph: Graph): InputQuantizer {
  const { inputQuantizer } = metadataOf(graph);
  invariant(inputQuantizer !== null, `${graph.name} is quantised`);
  return inputQuantizer;
}

// Ranges by what the network answers. What to cut of a tensor's tails no rule about its values alone can say: still postures
// hinge on small differences, blows do not. So every rule is tried, for all tensors, then the input's range by itself,
// whose tails come from the sensor; the ranges are kept with which the answers on training windows are nearest to the
// float network's.
import { type WindowSet, windowCount } from "../data/window-set.ts";
import { floatFrames, int8Frames } from "../evaluate/frames.ts";
import { floatInterpreter, int8Interpreter } from "../interpret/interpreter.ts";
import type { Observation } from "../interpret/observe.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { quantizeGraph } from "../quantize/quantize.ts";
import { type Calibration, chooseRange, chooseRanges, type Range } from "../quantize/range.ts";
import { invariant } from "../util/errors.ts";

const RULES: readonly Calibration[] = [
  { calibration: "mse", percentile: 100 },
  ...[99.99, 99.95, 99.9, 99.7, 99.5, 99].map(
    (percentile): Calibration => ({ calibration: "percentile", percentile }),
  ),
];
/** Windows that every range is tried on. */
const TRIED_WINDOWS = 500;

/**
 * @param float folded
 * @param observed of training windows
 * @param calibration training windows
 */
export function nearestRanges(
  float: Graph,
  observed: ReadonlyMap<string, Observation>,
  calibration: WindowSet,
): Map<string, Range> {
  const values = observed.get(float.input);
  invariant(values !== undefined, "the input was observed");
  const answers = createAnswers(float, calibration);
  const expected = answers.ofFloat();
  let best = new Map<string, Range>();
  let least = Number.POSITIVE_INFINITY;
  const attempt = (ranges: Map<string, Range>): void => {
    const error = meanSquare(expected, answers.ofInt8(quantizeGraph(float, ranges)));
    // The first of equals: the least error of the values themselves.
    if (error < least) [best, least] = [ranges, error];
  };
  for (const rule of RULES) attempt(chooseRanges(observed, rule));
  const ofBestRule = best;
  for (const rule of RULES) attempt(new Map(ofBestRule).set(float.input, chooseRange(values, rule)));
  return best;
}

interface Answers {
  /** [windows, classes] */
  ofFloat(): Float32Array;
  /** [windows, classes], dequantised */
  ofInt8(graph: Graph): Float32Array;
}

/** Of windows that are spread evenly, so that every subject and class is seen. */
function createAnswers(float: Graph, calibration: WindowSet): Answers {
  const all = windowCount(calibration);
  const count = Math.min(all, TRIED_WINDOWS);
  const windowAt = (i: number): number => Math.floor((i * all) / count);
  return {
    ofFloat() {
      invariant(float.metadata !== null, "a trained graph carries its pre-processing");
      const frames = floatFrames(calibration, float.metadata.preprocessing.normalization);
      const interpreter = floatInterpreter(float);
      const { input, output } = interpreter;
      const answers = new Float32Array(count * output.length);
      for (let i = 0; i < count; i++) {
        frames(windowAt(i), input);
        interpreter.run();
        answers.set(output, i * output.length);
      }
      return answers;
    },
    ofInt8(graph) {
      const quantizer = graph.metadata?.inputQuantizer;
      const { quant } = tensorOf(graph, graph.output);
      invariant(
        quantizer != null && quant?.kind === "perTensor",
        "a quantised graph has scales at both ends",
      );
      const frames = int8Frames(calibration, quantizer);
      const interpreter = int8Interpreter(graph);
      const { input, output } = interpreter;
      const answers = new Float32Array(count * output.length);
      for (let i = 0; i < count; i++) {
        frames(windowAt(i), input);
        interpreter.run();
        for (let k = 0; k < output.length; k++) {
          answers[i * output.length + k] = (output[k]! - quant.zeroPoint) * quant.scale;
        }
      }
      return answers;
    },
  };
}

function meanSquare(expected: Float32Array, found: Float32Array): number {
  return expected.reduce((sum, value, i) => sum + (value - found[i]!) ** 2, 0) / expected.length;
}

// How far the network's input reaches in int8. Its tails come from the sensor, not from training: what to cut of them no rule
// about the values alone can say, since still postures hinge on small differences and blows do not. So ranges are tried,
// and the one is kept with which the network's answers on training windows are nearest to the float network's.
import { type WindowSet, windowCount } from "../data/window-set.ts";
import { floatFrames, int8Frames } from "../evaluate/frames.ts";
import { floatInterpreter, int8Interpreter } from "../interpret/interpreter.ts";
import type { Observation } from "../interpret/observe.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import { quantizeGraph } from "../quantize/quantize.ts";
import { chooseRange, type Range } from "../quantize/range.ts";
import { invariant } from "../util/errors.ts";

/** Shares of the input's values, in percent, that stay inside; the rule's own range is tried before them. */
const PERCENTILES = [99.99, 99.95, 99.9, 99.7, 99.5, 99] as const;
/** Windows that every range is tried on. */
const TRIED_WINDOWS = 500;

/**
 * @param float folded
 * @param ranges by the rule for every tensor; only the input's is changed
 * @param calibration training windows
 */
export function tuneInputRange(
  float: Graph,
  ranges: ReadonlyMap<string, Range>,
  observed: ReadonlyMap<string, Observation>,
  calibration: WindowSet,
): Map<string, Range> {
  const values = observed.get(float.input);
  invariant(values !== undefined, "the input was observed");
  const answers = createAnswers(float, calibration);
  const expected = answers.ofFloat();
  let best = new Map(ranges);
  let least = meanSquare(expected, answers.ofInt8(quantizeGraph(float, best)));
  for (const percentile of PERCENTILES) {
    const input = chooseRange(values, { calibration: "percentile", percentile });
    const tried = new Map(ranges).set(float.input, input);
    const error = meanSquare(expected, answers.ofInt8(quantizeGraph(float, tried)));
    if (error < least) [best, least] = [tried, error];
  }
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

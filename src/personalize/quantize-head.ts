// A solution as an int8 head: one scale for all weights, biases at the product of the scales, and a range of logits that
// the wearer's own windows have chosen. Scales are float32; everything else is integer. The C++ twin is
// firmware/bandsmith/nn/head_quantize.h.
import { clampInt8 } from "../util/fixedpoint.ts";
import type { Head } from "./head.ts";
import { divideRounded } from "./integers.ts";
import { BIAS_FEATURE, type Solution, WEIGHT_BITS } from "./solve.ts";

/** Below this the biases would leave half of int32. */
const SMALLEST_RANGE = 2 ** 15;
/** The finest scale of logits: of a head that tells nothing apart. */
const FINEST_SCALE = 2 ** -20;

/**
 * @param labels the classes' names, in the solution's order
 * @param features [windows, features] what the head was fitted on
 */
export function quantizeHead(
  general: Head,
  labels: readonly string[],
  { weights, centre }: Solution,
  features: Int8Array,
): Head {
  const width = general.features;
  const classes = labels.length;
  let largest = SMALLEST_RANGE;
  for (let at = 0; at < weights.length; at++) {
    if (at % (width + 1) < width) largest = Math.max(largest, Math.abs(weights[at]!));
  }
  const unscaled = general.weightScale * largest;
  const weightScale = Math.fround(unscaled / (127 * 2 ** WEIGHT_BITS));
  const quantized = new Int8Array(classes * width);
  const biases = new Int32Array(classes);
  for (let k = 0; k < classes; k++) {
    const row = k * (width + 1);
    let bias = divideRounded(weights[row + width]! * BIAS_FEATURE * 127, largest);
    for (let j = 0; j < width; j++) {
      const weight = divideRounded(weights[row + j]! * 127, largest);
      quantized[k * width + j] = weight;
      // The int8 weights themselves, so that the logits at the centre are kept.
      bias -= weight * (centre[j]! - general.inputZeroPoint);
    }
    biases[k] = bias;
  }
  const head = { ...general, labels, weightScale, weights: quantized, biases };
  return { ...head, ...logitQuantization(head, rangeOfLogits(head, features)) };
}

interface LogitRange {
  /** Sums before requantisation, 0 among them. */
  readonly lowest: number;
  readonly highest: number;
}

function rangeOfLogits(head: Head, features: Int8Array): LogitRange {
  const { features: width, biases, weights, inputZeroPoint } = head;
  let lowest = 0;
  let highest = 0;
  for (let first = 0; first < features.length; first += width) {
    for (let k = 0; k < biases.length; k++) {
      let sum = biases[k]!;
      for (let j = 0; j < width; j++) {
        sum += weights[k * width + j]! * (features[first + j]! - inputZeroPoint);
      }
      lowest = Math.min(lowest, sum);
      highest = Math.max(highest, sum);
    }
  }
  return { lowest, highest };
}

function logitQuantization(
  { inputScale, weightScale }: Head,
  { lowest, highest }: LogitRange,
): Pick<Head, "outputScale" | "outputZeroPoint"> {
  const span = Math.max(highest - lowest, 255);
  const step = inputScale * weightScale;
  const range = step * span;
  const outputScale = Math.max(Math.fround(range / 255), FINEST_SCALE);
  return { outputScale, outputZeroPoint: clampInt8(divideRounded(-lowest * 255, span) - 128) };
}

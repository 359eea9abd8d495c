// The solver: multinomial logistic regression with a penalty on the distance to the general head, by accelerated gradient
// steps of one size, in integers. docs/personalize.md has the mathematics and how every number was chosen; the C++ twin is
// firmware/bandsmith/nn/head_solver.h.
//
//   windows ──▶ centre, curvature ──▶ step ──▶ ROUNDS × (logits ─▶ errors ─▶ gradient ─▶ metric ─▶ weights)
import { quantizeMultiplier } from "../util/fixedpoint.ts";
import { largestCurvature } from "./curvature.ts";
import type { Head } from "./head.ts";
import { divideRounded, saturateInt32, scaledDown, shiftRounded, squareRoot } from "./integers.ts";
import { applyMetric, type HeadMetric } from "./metric.ts";
import { ERROR_BITS, logitScaling, softmaxErrors } from "./softmax-errors.ts";

const ROUNDS = 30;
/** The penalty weighs as much as the loss of so many windows. */
const PENALTY = 4;
/** Weights have so many bits below a step of the general head's, */
export const WEIGHT_BITS = 20;
/** What is drawn towards is half of the general head. */
const PRIOR_SHARE = 2 ** (WEIGHT_BITS - 1);
/** and so many in the products: 16 times the general head's largest weight fits 16 bits. */
const IMAGE_BITS = 4;
/** The bias is the weight of a feature that is always this. */
export const BIAS_FEATURE = 128;
/** Of the bias's own share of the metric's inverse. */
const BIAS_BITS = 16;
const LARGEST_WEIGHT = 32767 * 2 ** (WEIGHT_BITS - IMAGE_BITS);

/** Windows of one wearer. */
export interface Examples {
  /** [windows, features] */
  readonly features: Int8Array;
  /** [windows] index of the window's class */
  readonly classOf: Uint8Array;
  /** [classes] which class of the general head it is, or −1: where its weights start. */
  readonly generalClass: Int8Array;
}

/** Logits are Σ weight · (feature − centre), and the bias. */
export interface Solution {
  /** [classes, features + 1] at inputScale · weightScale · 2^−WEIGHT_BITS; the last is of BIAS_FEATURE. */
  readonly weights: Int32Array;
  /** [features] */
  readonly centre: Int32Array;
}

/** How far a round moves: all that stays the same from round to round. */
interface Step {
  /** Gradient in the metric to weights: mantissa · 2^−shift. */
  readonly mantissa: number;
  readonly shift: number;
  /** Share of the distance to the prior, with 19 fractional bits. */
  readonly pull: number;
  /** Share of the last change that is gone on with, with 15 fractional bits. */
  readonly momentum: number;
}

interface Statistics {
  readonly centre: Int32Array;
  /** Σ |feature − centre|², a square step a value at least. */
  readonly total: number;
  /** Windows of the class that has most. */
  readonly largestClass: number;
}

/**
 * Fits the weights: the same bits everywhere. Limits are checked before (fit-head.ts).
 * @param metric of the network that the features are of
 * @param rounds fewer or more only to see how near they come
 */
export function solve(general: Head, metric: HeadMetric, examples: Examples, rounds = ROUNDS): Solution {
  const { features, classOf, generalClass } = examples;
  const width = general.features;
  const statistics = statisticsOf(examples, width);
  const { centre, total } = statistics;
  const curvature = largestCurvature(features, centre, metric, total);
  const step = stepOf(general, classOf.length, statistics, curvature);
  const prior = priorOf(general, generalClass, centre);
  const scaling = logitScaling((general.inputScale * general.weightScale) / 2 ** IMAGE_BITS);
  // The bias is a feature of variance 1 in the metric's measure, and none of the others moves with it.
  const scatter = total * (2 ** BIAS_BITS / BIAS_FEATURE ** 2);
  const biasInverse = Math.max(divideRounded(scatter, classOf.length * width), 1);

  const weights = prior.slice();
  const ahead = prior.slice();
  const gradient = new Int32Array(prior.length);
  const mapped = new Int32Array(width);
  const scratch = new Int16Array(width);
  for (let round = 0; round < rounds; round++) {
    gradientAt(ahead, examples, centre, scaling, gradient);
    for (let k = 0; k < generalClass.length; k++) {
      const row = k * (width + 1);
      const exponent = applyMetric(metric, gradient.subarray(row, row + width), mapped, scratch);
      for (let j = 0; j < width; j++) {
        const down = scaledDown(mapped[j]! * step.mantissa, step.shift - exponent);
        advance(weights, ahead, row + j, down, prior[row + j]!, step);
      }
      const bias = row + width;
      const ofBias = Math.floor((gradient[bias]! * biasInverse) / 2 ** BIAS_BITS);
      advance(weights, ahead, bias, scaledDown(ofBias * step.mantissa, step.shift), prior[bias]!, step);
    }
  }
  return { weights, centre };
}

/** One weight's step from where momentum has led, and where it leads from there. */
function advance(
  weights: Int32Array,
  ahead: Int32Array,
  at: number,
  down: number,
  prior: number,
  { pull, momentum }: Step,
): void {
  const from = ahead[at]!;
  const change = down + shiftRounded((from - prior) * pull, 19);
  const next = saturateInt32(from - change);
  ahead[at] = saturateInt32(next + shiftRounded((next - weights[at]!) * momentum, 15));
  weights[at] = next;
}

function statisticsOf({ features, classOf, generalClass }: Examples, width: number): Statistics {
  const windows = classOf.length;
  const centre = new Int32Array(width);
  const counts = new Int32Array(generalClass.length);
  for (const label of classOf) counts[label]!++;
  let total = 0;
  for (let j = 0; j < width; j++) {
    let sum = 0;
    for (let w = 0; w < windows; w++) sum += features[w * width + j]!;
    centre[j] = divideRounded(sum, windows);
    for (let w = 0; w < windows; w++) total += (features[w * width + j]! - centre[j]!) ** 2;
  }
  return { centre, total: Math.max(total, windows * width), largestClass: Math.max(...counts) };
}

/**
 * Half the curvature bounds the softmax's second derivative (Böhning 1992), and is reached where all windows waver between
 * the same two classes. No class's probabilities can add up to much more than its windows once the biases have settled,
 * and so the largest class's share of the windows bounds it as well: steps are as long as twice that share allows.
 */
function stepOf(
  general: Head,
  windows: number,
  { total, largestClass }: Statistics,
  curvature: number,
): Step {
  const width = general.features;
  // In sixteenths of the bound, rounded up.
  const share = Math.min(Math.ceil((64 * largestClass) / windows), 16);
  // Both times twice the features, and so whole numbers below 2^48; 2^52 before the shift.
  const penalty = divideRounded(2 * PENALTY * total, windows);
  const steepness = shiftRounded(share * width * curvature, 4) + penalty;
  const unit = general.inputScale * general.weightScale;
  const denominator = unit * steepness;
  const real = (width * 2 ** (1 + WEIGHT_BITS - ERROR_BITS)) / denominator;
  const { mantissa, shift } = quantizeMultiplier(Math.min(Math.max(real, 2 ** -29), 2 ** 9));
  const pull = divideRounded(penalty * 2 ** 19, steepness);
  const root = squareRoot(pull * 2 ** 11);
  return {
    // Up to 2^16.
    mantissa: (mantissa + 2 ** 14) >>> 15,
    shift: 16 - shift,
    pull,
    // (1 − √q) / (1 + √q) for a loss as curved as 1 and as flat as q (Nesterov 2004, 2.2.11).
    momentum: divideRounded((32768 - root) * 32768, 32768 + root),
  };
}

/** Where the weights start and what draws them back: [classes, features + 1]. */
function priorOf(general: Head, generalClass: Int8Array, centre: Int32Array): Int32Array {
  const width = general.features;
  const prior = new Int32Array(generalClass.length * (width + 1));
  generalClass.forEach((from, k) => {
    if (from < 0) return;
    // The general bias, as it is where the features are at their centre.
    let bias = general.biases[from]!;
    for (let j = 0; j < width; j++) {
      const weight = general.weights[from * width + j]!;
      prior[k * (width + 1) + j] = weight * PRIOR_SHARE;
      bias += weight * (centre[j]! - general.inputZeroPoint);
    }
    prior[k * (width + 1) + width] = saturateInt32((bias * PRIOR_SHARE) / BIAS_FEATURE);
  });
  return prior;
}

/** The loss's gradient at `weights`, summed over windows: [classes, features + 1] with ERROR_BITS fractional bits. */
function gradientAt(
  weights: Int32Array,
  { features, classOf, generalClass }: Examples,
  centre: Int32Array,
  scaling: ReturnType<typeof logitScaling>,
  gradient: Int32Array,
): void {
  const width = centre.length;
  const classes = generalClass.length;
  const pitch = width + 1;
  const image = Int16Array.from(weights, (weight) =>
    shiftRounded(Math.min(Math.max(weight, -LARGEST_WEIGHT), LARGEST_WEIGHT), WEIGHT_BITS - IMAGE_BITS),
  );
  const offsets = new Int32Array(classes);
  for (let k = 0; k < classes; k++) {
    let offset = image[k * pitch + width]! * BIAS_FEATURE;
    for (let j = 0; j < width; j++) offset -= image[k * pitch + j]! * centre[j]!;
    offsets[k] = offset;
  }
  gradient.fill(0);
  const errors = new Int32Array(classes);
  for (let w = 0; w < classOf.length; w++) {
    const first = w * width;
    for (let k = 0; k < classes; k++) {
      const row = k * pitch;
      let sum = 0;
      for (let j = 0; j < width; j++) sum = (sum + image[row + j]! * features[first + j]!) | 0;
      errors[k] = sum + offsets[k]!;
    }
    softmaxErrors(errors, classOf[w]!, scaling);
    for (let k = 0; k < classes; k++) {
      const error = errors[k]!;
      const row = k * pitch;
      for (let j = 0; j < width; j++) gradient[row + j] = gradient[row + j]! + error * features[first + j]!;
      gradient[row + width] = gradient[row + width]! + error;
    }
  }
  // What the features' centre has added to every product.
  for (let k = 0; k < classes; k++) {
    const row = k * pitch;
    const sum = gradient[row + width]!;
    for (let j = 0; j < width; j++) gradient[row + j] = gradient[row + j]! - centre[j]! * sum;
    gradient[row + width] = sum * BIAS_FEATURE;
  }
}

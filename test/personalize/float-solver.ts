// The loss that the solver goes down, in doubles as the formula stands in docs/personalize.md, and its minimum by very many
// plain steps.
import type { Head } from "../../src/personalize/head.ts";
import { FACTOR_BITS, type HeadMetric, rowOf } from "../../src/personalize/metric.ts";
import { BIAS_FEATURE, type Examples, type Solution, WEIGHT_BITS } from "../../src/personalize/solve.ts";
import type { Wearer } from "./examples.ts";

interface Problem {
  /** [windows][features + 1] centred, in standard deviations; the last is 1. */
  readonly rows: readonly (readonly number[])[];
  readonly metric: readonly (readonly number[])[];
  /** [classes][features + 1] */
  readonly prior: readonly (readonly number[])[];
  readonly deviation: number;
  readonly examples: Examples;
  readonly general: Head;
}

function problemOf({ general, metric, examples }: Wearer): Problem {
  const { features, classOf, generalClass } = examples;
  const width = general.features;
  const all = [...Array(classOf.length).keys()].map((w) =>
    Array.from(features.subarray(w * width, (w + 1) * width)),
  );
  const columns = [...Array(width).keys()];
  const meanOf = (rows: readonly (readonly number[])[]): number[] =>
    columns.map((j) => Math.round(rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length));
  const centre = meanOf(all);
  const centred = all.map((row) => row.map((value, j) => value - centre[j]!));
  const squares = centred.flat().reduce((sum, value) => sum + value * value, 0);
  const deviation = Math.sqrt(squares / centred.length / width);
  const unit = general.inputScale * general.weightScale;
  const prior = [...generalClass].map((from) => {
    const own = columns.map((j) => general.weights[from * width + j]!);
    const bias = own.reduce(
      (sum, weight, j) => sum + weight * (centre[j]! - general.inputZeroPoint),
      general.biases[from]!,
    );
    return [...own.map((weight) => weight * deviation), bias].map((value) => (unit * value) / 2);
  });
  const rows = centred.map((row) => [...row.map((value) => value / deviation), 1]);
  return { rows, metric: inverted(inverseOf(metric)), prior, deviation, examples, general };
}

/** NᵀN */
function inverseOf({ features, factor }: HeadMetric): number[][] {
  const columns = [...Array(features).keys()];
  const at = (i: number, j: number): number => (j <= i ? factor[rowOf(i) + j]! / 2 ** FACTOR_BITS : 0);
  return columns.map((i) => columns.map((j) => columns.reduce((sum, k) => sum + at(k, i) * at(k, j), 0)));
}

/** By elimination, the largest pivot first. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < rows.length; i++) {
    const best = rows.reduce(
      (most, row, k) => (k > most && Math.abs(row[i]!) > Math.abs(rows[most]![i]!) ? k : most),
      i,
    );
    [rows[i], rows[best]] = [rows[best]!, rows[i]!];
    const pivot = rows[i]!.map((value) => value / rows[i]![i]!);
    rows.forEach((row, k) => {
      rows[k] = k === i ? pivot : row.map((value, j) => value - row[i]! * pivot[j]!);
    });
  }
  return rows.map((row) => row.slice(matrix.length));
}

/** Mean cross-entropy, and 4 / windows · half the squared distance to the prior in the metric. */
function evaluate(
  { rows, metric, prior, examples }: Problem,
  weights: readonly (readonly number[])[],
): { loss: number; gradient: number[][] } {
  const gradient = weights.map((row) => row.map(() => 0));
  let loss = 0;
  rows.forEach((row, w) => {
    const logits = weights.map((weight) => weight.reduce((sum, value, j) => sum + value * row[j]!, 0));
    const most = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - most));
    const all = powers.reduce((a, b) => a + b, 0);
    const label = examples.classOf[w]!;
    loss += (Math.log(all) - (logits[label]! - most)) / rows.length;
    powers.forEach((power, k) => {
      const error = power / all - (k === label ? 1 : 0);
      row.forEach((value, j) => (gradient[k]![j]! += (error * value) / rows.length));
    });
  });
  const penalty = 4 / rows.length;
  weights.forEach((weight, k) => {
    const distance = weight.map((value, j) => value - prior[k]![j]!);
    distance.forEach((value, j) => {
      const pulled =
        j < metric.length ? metric[j]!.reduce((sum, entry, i) => sum + entry * distance[i]!, 0) : value;
      loss += (penalty / 2) * value * pulled;
      gradient[k]![j]! += penalty * pulled;
    });
  });
  return { loss, gradient };
}

export function lossOf(wearer: Wearer, { weights }: Solution): number {
  const problem = problemOf(wearer);
  const { general } = wearer;
  const width = general.features + 1;
  const unit = (general.inputScale * general.weightScale) / 2 ** WEIGHT_BITS;
  const real = problem.prior.map((_, k) =>
    Array.from(weights.subarray(k * width, (k + 1) * width), (value, j) =>
      j < width - 1 ? value * unit * problem.deviation : value * unit * BIAS_FEATURE,
    ),
  );
  return evaluate(problem, real).loss;
}

/** The least loss: accelerated steps that begin anew whenever they lead uphill. */
export function minimise(wearer: Wearer): number {
  const problem = problemOf(wearer);
  // Half the sum of squares bounds the curvature of the cross-entropy, the trace that of the penalty.
  const squares = problem.rows.flat().reduce((sum, value) => sum + value * value, 0) / problem.rows.length;
  const step = 1 / (squares / 2 + (4 / problem.rows.length) * (problem.metric.length + 1));
  let weights: number[][] = problem.prior.map((row) => [...row]);
  let ahead = weights;
  let since = 0;
  let least = Infinity;
  for (let i = 0; i < 1500; i++) {
    const { gradient } = evaluate(problem, ahead);
    const next = ahead.map((row, k) => row.map((value, j) => value - step * gradient[k]![j]!));
    const { loss } = evaluate(problem, next);
    since = loss > least ? 0 : since + 1;
    least = Math.min(least, loss);
    const before = weights;
    ahead = next.map((row, k) =>
      row.map((value, j) => value + (since / (since + 3)) * (value - before[k]![j]!)),
    );
    weights = next;
  }
  return least;
}

// The loss that the solver goes down, in doubles as the formula stands in docs/personalize.md, and its minimum by very many
// plain steps.
import type { Head } from "../../src/personalize/head.ts";
import { rowOf } from "../../src/personalize/metric.ts";
import { POPULATION_BITS, type PopulationMetric } from "../../src/personalize/population-metric.ts";
import { BIAS_FEATURE, type Examples, type Solution, WEIGHT_BITS } from "../../src/personalize/solve.ts";

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

function problemOf(general: Head, examples: Examples): Problem {
  const { features, classOf, generalClass } = examples;
  const width = general.features;
  const all = [...Array(classOf.length).keys()].map((w) =>
    Array.from(features.subarray(w * width, (w + 1) * width)),
  );
  const columns = [...Array(width).keys()];
  const meanOf = (rows: readonly (readonly number[])[]): number[] =>
    columns.map((j) => Math.round(rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length));
  const centre = meanOf(all);
  const classMeans = [...generalClass.keys()].map((k) => meanOf(all.filter((_, w) => classOf[w] === k)));
  const centred = all.map((row) => row.map((value, j) => value - centre[j]!));
  const squares = centred.flat().reduce((sum, value) => sum + value * value, 0);
  const deviation = Math.sqrt(squares / centred.length / width);
  const scatter = columns.map((i) =>
    columns.map((j) =>
      all.reduce((sum, row, w) => {
        const mean = classMeans[classOf[w]!]!;
        return sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!);
      }, 0),
    ),
  );
  // Of so few features as these there is one block.
  const trace = columns.reduce((sum, j) => sum + scatter[j]![j]!, 0);
  const own = scatter.map((row, i) =>
    row.map((value, j) => ((value * width) / trace + (i === j ? 1 / 8 : 0)) / (9 / 8)),
  );
  const metric = examples.metric === undefined ? own : inverted(squareOf(examples.metric));
  const share = examples.metric === undefined ? 5 / 8 : 1 / 2;
  const unit = general.inputScale * general.weightScale;
  const prior = [...generalClass].map((from) => {
    const own = columns.map((j) => general.weights[from * width + j]!);
    const bias = own.reduce(
      (sum, weight, j) => sum + weight * (centre[j]! - general.inputZeroPoint),
      general.biases[from]!,
    );
    return [...own.map((weight) => weight * deviation), bias].map((value) => share * unit * value);
  });
  const rows = centred.map((row) => [...row.map((value) => value / deviation), 1]);
  return { rows, metric, prior, deviation, examples, general };
}

function squareOf({ features, inverse }: PopulationMetric): number[][] {
  const at = (i: number, j: number): number => inverse[rowOf(i) + j]! / 2 ** POPULATION_BITS;
  const columns = [...Array(features).keys()];
  return columns.map((i) => columns.map((j) => (j <= i ? at(i, j) : at(j, i))));
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

export function lossOf(general: Head, examples: Examples, { weights }: Solution): number {
  const problem = problemOf(general, examples);
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
export function minimise(general: Head, examples: Examples): number {
  const problem = problemOf(general, examples);
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

// Least squares with coefficients that are not negative: a cost never is.

/** One observation: what was there of each feature, and what it came to. */
export interface Row {
  readonly features: ReadonlyMap<string, number>;
  readonly value: number;
}

const ROUNDS = 10_000;
const REWEIGHTINGS = 4;

/**
 * The costs that leave the least sum of squared *relative* errors, so that small layers count as much as large ones. An
 * error is relative to the geometric mean of value and estimate: relative to the value alone, an estimate of nothing is
 * never wrong by more than 100 %, and what fits badly would come out low.
 */
export function fitCosts(rows: readonly Row[]): Map<string, number> {
  let costs = new Map<string, number>();
  for (let i = 0; i <= REWEIGHTINGS; i++) {
    const weights = rows.map(({ features, value }) => {
      const estimate = predicted(features, costs);
      return 1 / (estimate > 0 ? Math.sqrt(value * estimate) : value);
    });
    costs = weightedCosts(rows, weights);
  }
  return costs;
}

/** By coordinate descent, which cannot end elsewhere: the problem is convex, and each step is exact. */
function weightedCosts(rows: readonly Row[], weights: readonly number[]): Map<string, number> {
  const names = [...new Set(rows.flatMap(({ features }) => [...features.keys()]))];
  const columns = names.map((name) => rows.map(({ features }, i) => (features.get(name) ?? 0) * weights[i]!));
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const values = rows.map(({ value }, i) => value * weights[i]!);
  const targets = columns.map((column) => product(column, values));
  const gram = columns.map((a) => columns.map((b) => product(a, b)));
  const costs = new Array<number>(names.length).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < names.length; i++) {
      const own = gram[i]![i]!;
      if (own === 0) continue;
      const rest = targets[i]! - product(gram[i]!, costs) + own * costs[i]!;
      costs[i] = Math.max(0, rest / own);
    }
  }
  return new Map(names.map((name, i) => [name, costs[i]!]));
}

export function predicted(features: ReadonlyMap<string, number>, costs: ReadonlyMap<string, number>): number {
  return [...features].reduce((sum, [name, amount]) => sum + amount * (costs.get(name) ?? 0), 0);
}

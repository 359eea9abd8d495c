// Least squares with coefficients that are not negative: a cost never is.

/** One observation: what was there of each feature, and what it came to. */
export interface Row {
  readonly features: ReadonlyMap<string, number>;
  readonly value: number;
}

const ROUNDS = 20_000;

/**
 * The costs that leave the least sum of squared *relative* errors, so that small layers count as much as large ones.
 * By coordinate descent, which cannot end elsewhere: the problem is convex, and each step is exact.
 */
export function fitCosts(rows: readonly Row[]): Map<string, number> {
  const names = [...new Set(rows.flatMap(({ features }) => [...features.keys()]))];
  const columns = names.map((name) => rows.map(({ features, value }) => (features.get(name) ?? 0) / value));
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const ones = rows.map(() => 1);
  const targets = columns.map((column) => product(column, ones));
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

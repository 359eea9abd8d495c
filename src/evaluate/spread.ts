// One figure over several draws: its mean, and how far the draws lie apart.

export interface Spread {
  readonly mean: number;
  /** Standard deviation of the sample (n − 1); null for one draw, which says nothing about another. */
  readonly deviation: number | null;
  /** In the order of the draws. */
  readonly values: readonly number[];
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error("Bug in Bandsmith: a spread of no values");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length === 1 ? null : Math.sqrt(squares / (values.length - 1)), values };
}

// What random graphs there are to draw: each operator alone, and nets.
import type { Graph } from "../../src/ir/graph.ts";
import { OPERATOR_CASES, RANDOM_NETS, randomOperatorGraph } from "../../test/support/random-graph.ts";

export interface Family {
  /** The operator or the family of nets. */
  readonly name: string;
  readonly isOperator: boolean;
  readonly make: (seed: string) => Graph;
}

export const FAMILIES: readonly Family[] = [
  ...Object.keys(OPERATOR_CASES).map((name) => ({
    name,
    isOperator: true,
    make: (seed: string) => randomOperatorGraph(name, seed),
  })),
  ...Object.entries(RANDOM_NETS).map(([name, make]) => ({ name, isOperator: false, make })),
];

// What a verification found, as plain data: the command line's table and --json are made from it.
import { type Agreement, type LayerAgreement, sumOfLayers } from "../evaluate/agreement.ts";
import { countHits, countSame } from "../evaluate/classes.ts";
import type { Difference, FirstDifference } from "../evaluate/difference.ts";
import type { Rule } from "./runtimes/runtime.ts";

/** The quantised network in memory and the file's bytes, both by Bandsmith's interpreter; or a runtime by title. */
type Engine = "graph" | "file" | (string & {});

/** Windows whose class is known, and how many of them each engine gives it. */
export interface Accuracy {
  readonly known: number;
  readonly left: number;
  readonly right: number;
}

export interface Comparison extends Omit<Difference, "first"> {
  readonly left: Engine;
  readonly right: Engine;
  /** PyPI package and version of the right engine; null for Bandsmith's own. */
  readonly software: string | null;
  readonly rule: Rule;
  readonly because: string;
  /** What `values`, `different` and `largest` count. */
  readonly scope: "every layer" | "outputs";
  readonly windows: number;
  /** The first layer in execution order whose values differ, as far as layers were looked at. */
  readonly first:
    | (FirstDifference & { readonly operator: string; readonly tensor: string; readonly layer: number })
    | null;
  /** Windows that both give the same class. */
  readonly sameClass: number;
  /** Null where no window's class is known. */
  readonly accuracy: Accuracy | null;
  /** Layer 0 is the first operator, −1 the input; null where layers were not looked at. */
  readonly layers: readonly (LayerAgreement & { readonly layer: number })[] | null;
  readonly passed: boolean;
}

export interface Verification {
  readonly model: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly inputs: string;
  readonly windows: number;
  readonly comparisons: readonly Comparison[];
  readonly passed: boolean;
}

export function numberLayers(
  layers: readonly LayerAgreement[],
  firstNumber: number,
): (LayerAgreement & { layer: number })[] {
  return layers.map((layer, i) => ({ ...layer, layer: i + firstNumber }));
}

export function firstDifference(layers: NonNullable<Comparison["layers"]>): Comparison["first"] {
  for (const { operator, tensor, layer, first } of layers) {
    if (first !== null) return { layer, operator, tensor, ...first };
  }
  return null;
}

/**
 * What two engines decide.
 * @param left class index a window, and so `right`
 */
export function compareDecisions(
  left: Int32Array,
  right: Int32Array,
  truth: Int32Array | null,
): Pick<Comparison, "sameClass" | "accuracy"> {
  const sameClass = countSame(left, right);
  if (truth === null) return { sameClass, accuracy: null };
  const hits = countHits(left, truth);
  const accuracy = { known: hits.known, left: hits.right, right: countHits(right, truth).right };
  return { sameClass, accuracy };
}

/** The two sides of Bandsmith itself. */
export function ownComparison(
  agreement: Agreement,
  decisions: Pick<Comparison, "sameClass" | "accuracy">,
): Comparison {
  const layers = numberLayers(agreement.layers, -1);
  const { values, different, largest } = sumOfLayers(agreement.layers);
  return {
    left: "graph",
    right: "file",
    software: null,
    rule: { kind: "equality" },
    because: "a file must say what it was written from",
    scope: "every layer",
    windows: agreement.windows,
    values,
    different,
    largest,
    first: firstDifference(layers),
    ...decisions,
    layers,
    passed: different === 0,
  };
}

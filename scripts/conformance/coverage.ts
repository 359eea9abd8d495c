// What the random graphs have exercised: for each operator its attributes, with the values that they took.
import { bodiesOf, type Graph, inputsOf, outputsOf } from "../../src/ir/graph.ts";
import { roleOf } from "../../src/ir/op.ts";
import type { Tensor } from "../../src/ir/tensor.ts";

/** More values than this are counted, not listed. */
const LISTED = 6;
const FEATURES = ["types", "input rank", "input count", "constant inputs", "weights", "scales"];

/** Operator → attribute → value → uses. */
export type Coverage = Map<string, Map<string, Map<string, number>>>;

export function recordCoverage(coverage: Coverage, graph: Graph): void {
  for (const { body } of bodiesOf(graph)) {
    for (const node of body.nodes) {
      const [inputs, outputs] = [inputsOf(body, node), outputsOf(body, node)];
      const record = (attribute: string, value: string): void => {
        const attributes = mapIn(coverage, node.op.name);
        const values = mapIn(attributes, attribute);
        values.set(value, (values.get(value) ?? 0) + 1);
      };
      const activations = inputs.filter((_, i) => roleOf(node.op, i) === "activation");
      const weights = inputs.find((_, i) => roleOf(node.op, i) === "weight");
      record("types", `${inputs[0]!.dtype} to ${outputs[0].dtype}`);
      record("input rank", String(inputs[0]!.shape.length));
      if (activations.length > 1) record("scales", scalesOf(activations));
      if (activations.length > 1) record("constant inputs", String(activations.filter(isConstant).length));
      if (node.op.variadic) record("input count", String(inputs.length));
      if (weights !== undefined) record("weights", weights.quant?.kind ?? "none");
      for (const [attribute, value] of Object.entries(node.attrs) as [string, unknown][]) {
        if (typeof value !== "object" || value === null || Array.isArray(value))
          record(attribute, JSON.stringify(value));
      }
    }
  }
}

function isConstant({ constant }: Tensor): boolean {
  return constant !== null;
}

function scalesOf(activations: readonly Tensor[]): string {
  const distinct = new Set(activations.map(({ quant }) => JSON.stringify(quant)));
  return distinct.size === 1 ? "equal" : "different";
}

function mapIn<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = map.get(key) ?? new Map<string, V>();
  map.set(key, found);
  return found;
}

/** One row an operator and attribute: name, attribute, number of distinct values, the values or their extremes. */
export function coverageRows(coverage: Coverage): (string | number)[][] {
  return [...coverage]
    .sort(byName)
    .flatMap(([operator, attributes]) =>
      [...attributes]
        .sort(([a], [b]) => FEATURES.indexOf(a) - FEATURES.indexOf(b) || (a < b ? -1 : 1))
        .map(([attribute, values], row) => [
          row === 0 ? operator : "",
          attribute,
          values.size,
          listed(values),
        ]),
    );
}

function listed(values: ReadonlyMap<string, number>): string {
  const names = [...values.keys()].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  const shown = names.length <= LISTED ? names : [...names.slice(0, 2), "…", ...names.slice(-2)];
  return shown.join("  ");
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

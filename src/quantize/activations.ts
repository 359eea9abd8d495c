// Which activations share one scale and zero point, and what it is. Operators that only move values (CONCATENATION,
// pools, RESHAPE, …) do not rescale, so all that flows through them must be quantised alike, and so must the values
// that a loop carries round.
import {
  type Body,
  bodiesOf,
  type Graph,
  inputsOf,
  type Node,
  outputsOf,
  subgraphPrefix,
} from "../ir/graph.ts";
import { roleOf } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { roundHalfAway } from "../util/fixedpoint.ts";
import type { Range } from "./range.ts";

/** Asymmetric int8 over a range that contains 0, which must be exactly representable. */
export function activationQuantization({ min, max }: Range): PerTensorQuantization {
  const scale = Math.fround(max > min ? (max - min) / 255 : 1);
  const zeroPoint = Math.min(127, Math.max(-128, roundHalfAway(-128 - min / scale)));
  return { kind: "perTensor", scale, zeroPoint };
}

function symmetricQuantization({ min, max }: Range): PerTensorQuantization {
  const largest = Math.max(-min, max);
  return { kind: "perTensor", scale: Math.fround(largest > 0 ? largest / 127 : 1), zeroPoint: 0 };
}

/** The key of input `index` of a node: its tensor, or, for a constant, this use of it alone. */
export function inputKey(prefix: string, node: Node, index: number, tensor: Tensor): string {
  const use = `${prefix}${node.outputs[0]} (constant ${index})`;
  return tensor.constant === null ? prefix + tensor.name : use;
}

/**
 * The scale and zero point of every float activation, by prefixed name (bodiesOf) or inputKey.
 * @param rangeOf of the input and of every node's float outputs, by prefixed name
 */
export function activationQuantizations(
  graph: Graph,
  rangeOf: (name: string) => Range,
): Map<string, PerTensorQuantization> {
  const widened = new Map<string, Range>();
  const nodes = bodiesOf(graph).flatMap(({ prefix, body }) =>
    body.nodes.map((node) => ({ prefix, body, node, name: prefix + node.outputs[0] })),
  );
  for (;;) {
    const result = quantizationsOf(graph, (name) => widened.get(name) ?? rangeOf(name));
    const finest = ({ prefix, body, node }: (typeof nodes)[number]): number =>
      finestScale(prefix, body, node, result);
    const tooFine = nodes.find((entry) => (result.get(entry.name)?.scale ?? Infinity) < finest(entry));
    if (tooFine === undefined) return result;
    const { min } = widened.get(tooFine.name) ?? rangeOf(tooFine.name);
    // A little more, as scales are rounded to float32.
    widened.set(tooFine.name, { min, max: min + 255.001 * finest(tooFine) });
  }
}

/** The finest scale that a node's output may have beside its inputs'; 0 if any will do. */
function finestScale(
  prefix: string,
  body: Body,
  node: Node,
  quantizations: ReadonlyMap<string, PerTensorQuantization>,
): number {
  const rule = node.op.outputQuantization(node.attrs);
  if (rule.kind !== "calibrated" || rule.finest === undefined) return 0;
  const scales = inputsOf(body, node).map(
    (tensor, i) => quantizations.get(inputKey(prefix, node, i, tensor))?.scale ?? 0,
  );
  return rule.finest * Math.max(...scales);
}

function quantizationsOf(graph: Graph, rangeOf: (name: string) => Range): Map<string, PerTensorQuantization> {
  const { root, union } = disjointSets();
  /** Ranges of what gets its values elsewhere than from an operator that shares its scale. */
  const sources = new Map<string, Range>([[graph.input, rangeOf(graph.input)]]);
  const decided = new Map<string, PerTensorQuantization>();
  const keys = new Set<string>([graph.input]);
  for (const { prefix, body } of bodiesOf(graph)) {
    for (const node of body.nodes) {
      const inputs = inputsOf(body, node);
      const activations = inputs.flatMap((tensor, i) => {
        if (tensor.dtype !== "float32" || roleOf(node.op, i) !== "activation") return [];
        const key = inputKey(prefix, node, i, tensor);
        if (tensor.constant !== null) sources.set(key, constantRange(tensor.constant));
        return [key];
      });
      const outputs = outputsOf(body, node)
        .filter(({ dtype }) => dtype === "float32")
        .map(({ name }) => prefix + name);
      for (const key of [...activations, ...outputs]) keys.add(key);
      const rule = node.op.outputQuantization(node.attrs);
      const [first] = activations;
      const settled = activations.length === 1 ? decided.get(first!) : undefined;
      if (rule.kind === "sameAsInputs" && settled !== undefined) {
        // What was decided stays so while it moves on: it is rescaled where it meets others, and not before a slice.
        for (const name of outputs) {
          sources.set(name, rangeOf(name));
          decided.set(name, settled);
        }
      } else if (rule.kind === "sameAsInputs") {
        for (const key of [...activations, ...outputs]) union(key, first ?? key);
      } else if (rule.kind === "carried") {
        for (const group of carriedTogether(body, node, prefix)) {
          for (const key of group) {
            keys.add(key);
            union(key, group[0]!);
          }
        }
      } else {
        for (const name of outputs) {
          sources.set(name, rangeOf(name));
          if (rule.kind === "fixed") {
            decided.set(name, { kind: "perTensor", scale: rule.scale, zeroPoint: rule.zeroPoint });
          } else if (rule.kind === "symmetric") {
            decided.set(name, symmetricQuantization(rangeOf(name)));
          }
        }
      }
    }
  }
  const groups = new Map<string, string[]>();
  for (const key of sources.keys()) groups.set(root(key), [...(groups.get(root(key)) ?? []), key]);
  const shared = new Map(
    [...groups].map(([key, members]) => [key, groupQuantization(members, decided, sources)]),
  );
  const result = new Map<string, PerTensorQuantization>();
  for (const key of keys) {
    const quant = decided.get(key) ?? shared.get(root(key));
    if (quant !== undefined) result.set(key, quant);
  }
  return result;
}

/** For each carried float value: where it stands outside, and as input and output of the subgraphs. */
function carriedTogether(body: Body, node: Node, prefix: string): string[][] {
  const subgraphs = node.op.subgraphs?.(node.attrs) ?? [];
  return inputsOf(body, node).flatMap((tensor, k) => {
    if (tensor.dtype !== "float32") return [];
    const inner = subgraphs.flatMap((subgraph, i) => {
      const own = subgraphPrefix(prefix, node, i);
      const output = subgraph.outputs.length === node.inputs.length ? subgraph.outputs[k] : undefined;
      return [own + subgraph.inputs[k]!, ...(output === undefined ? [] : [own + output])];
    });
    return [[inputKey(prefix, node, k, tensor), prefix + node.outputs[k]!, ...inner]];
  });
}

/** What a group shares: the one thing that an operator fixed, if it holds the rest too, or a range that holds all. */
function groupQuantization(
  members: readonly string[],
  decided: ReadonlyMap<string, PerTensorQuantization>,
  sources: ReadonlyMap<string, Range>,
): PerTensorQuantization {
  const fixed = members.map((key) => decided.get(key)).filter((quant) => quant !== undefined);
  const free = members.filter((key) => !decided.has(key)).map((key) => sources.get(key)!);
  const [first] = fixed;
  if (first !== undefined && fixed.every((quant) => sameQuantization(quant, first))) {
    if (free.every((range) => covers(first, range))) return first;
  }
  const ranges = members.map((key) => sources.get(key)!);
  return activationQuantization({
    min: Math.min(0, ...ranges.map(({ min }) => min)),
    max: Math.max(0, ...ranges.map(({ max }) => max)),
  });
}

function covers({ scale, zeroPoint }: PerTensorQuantization, { min, max }: Range): boolean {
  return (-128 - zeroPoint) * scale <= min && max <= (127 - zeroPoint) * scale;
}

export function sameQuantization(a: PerTensorQuantization, b: PerTensorQuantization): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

function constantRange(values: Iterable<number>): Range {
  let [min, max] = [0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** Union-find over names. */
function disjointSets(): { root: (name: string) => string; union: (a: string, b: string) => void } {
  const parents = new Map<string, string>();
  const root = (name: string): string => {
    const parent = parents.get(name);
    return parent === undefined ? name : root(parent);
  };
  return {
    root,
    union(a, b) {
      const [x, y] = [root(a), root(b)];
      if (x !== y) parents.set(x, y);
    },
  };
}

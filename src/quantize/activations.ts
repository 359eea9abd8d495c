// Which activations share one scale and zero point, and what it is. Operators that only move values (CONCATENATION,
// pools, RESHAPE, …) do not rescale, so all that flows through them must be quantised alike.
import { type Body, inputsOf, type Node, outputsOf } from "../ir/graph.ts";
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

/**
 * The scale and zero point of every float activation.
 * @param rangeOf of the input, of every node's float outputs, and of constants that stand for activations
 */
export function activationQuantizations(
  body: Body,
  inputs: readonly string[],
  rangeOf: (name: string) => Range,
): Map<string, PerTensorQuantization> {
  const widened = new Map<string, Range>();
  for (;;) {
    const result = quantizationsOf(body, inputs, (name) => widened.get(name) ?? rangeOf(name));
    const scaleOf = (node: Node): number => result.get(node.outputs[0])?.scale ?? Infinity;
    const tooFine = body.nodes.find((node) => scaleOf(node) < finestScale(body, node, result));
    if (tooFine === undefined) return result;
    const [name] = tooFine.outputs;
    const { min } = widened.get(name) ?? rangeOf(name);
    // A little more, as scales are rounded to float32.
    widened.set(name, { min, max: min + 255.001 * finestScale(body, tooFine, result) });
  }
}

/** The finest scale that a node's output may have beside its inputs'; 0 if any will do. */
function finestScale(
  body: Body,
  node: Node,
  quantizations: ReadonlyMap<string, PerTensorQuantization>,
): number {
  const rule = node.op.outputQuantization(node.attrs);
  if (rule.kind !== "calibrated" || rule.finest === undefined) return 0;
  const scales = inputsOf(body, node).map(({ name }) => quantizations.get(name)?.scale ?? 0);
  return rule.finest * Math.max(...scales);
}

function quantizationsOf(
  body: Body,
  inputs: readonly string[],
  rangeOf: (name: string) => Range,
): Map<string, PerTensorQuantization> {
  const { root, union } = disjointSets();
  /** Tensors that get their range elsewhere than from an operator that shares it. */
  const sources = new Set<string>(inputs);
  const decided = new Map<string, PerTensorQuantization>();
  for (const node of body.nodes) {
    const tensors = inputsOf(body, node);
    const activations = tensors.filter((tensor, i) => isFloatActivation(tensor, roleOf(node.op, i)));
    const outputs = outputsOf(body, node).filter((tensor) => tensor.dtype === "float32");
    for (const tensor of activations) if (tensor.constant !== null) sources.add(tensor.name);
    const rule = node.op.outputQuantization(node.attrs);
    if (rule.kind === "sameAsInputs") {
      for (const tensor of [...activations, ...outputs]) union(tensor.name, (activations[0] ?? tensor).name);
      continue;
    }
    for (const { name } of outputs) {
      sources.add(name);
      if (rule.kind === "fixed") {
        decided.set(name, { kind: "perTensor", scale: rule.scale, zeroPoint: rule.zeroPoint });
      } else if (rule.kind === "symmetric") {
        decided.set(name, symmetricQuantization(rangeOf(name)));
      }
    }
  }
  const groups = new Map<string, string[]>();
  for (const name of sources) groups.set(root(name), [...(groups.get(root(name)) ?? []), name]);
  const shared = new Map(
    [...groups].map(([key, names]) => [key, groupQuantization(names, decided, rangeOf)]),
  );
  const all = new Set([...sources, ...body.nodes.flatMap((node) => node.outputs)]);
  const result = new Map<string, PerTensorQuantization>();
  for (const name of all) {
    const quant = decided.get(name) ?? shared.get(root(name));
    if (quant !== undefined) result.set(name, quant);
  }
  return result;
}

/** What a group shares: the one thing that its sources were given, or a range that holds them all. */
function groupQuantization(
  names: readonly string[],
  decided: ReadonlyMap<string, PerTensorQuantization>,
  rangeOf: (name: string) => Range,
): PerTensorQuantization {
  const first = decided.get(names[0]!);
  if (first !== undefined && names.every((name) => sameQuantization(decided.get(name), first))) return first;
  const ranges = names.map(rangeOf);
  return activationQuantization({
    min: Math.min(...ranges.map((range) => range.min)),
    max: Math.max(...ranges.map((range) => range.max)),
  });
}

export function sameQuantization(
  a: PerTensorQuantization | undefined,
  b: PerTensorQuantization | undefined,
): boolean {
  return a?.scale === b?.scale && a?.zeroPoint === b?.zeroPoint;
}

function isFloatActivation(tensor: Tensor, role: string | undefined): boolean {
  return role === "activation" && tensor.dtype === "float32";
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

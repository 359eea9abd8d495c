// Two models on the same real inputs, layer by layer: how far apart the values are, in int8 steps and in real units.
import { floatInterpreter, int8Interpreter } from "../interpret/interpreter.ts";
import { type Graph, tensorOf } from "../ir/graph.ts";
import type { Tensor } from "../ir/tensor.ts";
import { alignLayers } from "./align.ts";
import { countSame } from "./classes.ts";
import { type Layer, layersOf } from "./layers.ts";
import { argmax } from "./metrics.ts";

export interface LayerDifference {
  readonly operator: string;
  readonly left: string;
  readonly right: string;
  readonly types: string;
  readonly values: number;
  /** Values that are the same number in both; null between int8 and float32, where that says nothing. */
  readonly equal: number | null;
  /** Absolute differences of the int8 values; null unless both are int8. */
  readonly steps: { readonly largest: number; readonly mean: number } | null;
  /** Absolute differences of what the values stand for. */
  readonly real: { readonly largest: number; readonly mean: number };
  /**
   * Signal-to-quantisation-noise ratio in dB, 10·log10(Σ float² / Σ (float − int8)²); null unless one side is float32
   * and the other int8, or where there is no noise.
   */
  readonly sqnrDb: number | null;
}

export interface ValueDifference {
  readonly windows: number;
  readonly layers: readonly LayerDifference[];
  /** Tensors of either side that have no counterpart. */
  readonly unmatched: { readonly left: readonly string[]; readonly right: readonly string[] };
  /** Windows that both models give the same class. */
  readonly sameClass: number;
}

/** Writes window `index` to a model's input memory. */
export type FillInput = (index: number, input: Float32Array | Int8Array) => void;

interface Pair {
  readonly operator: string;
  readonly left: string;
  readonly right: string;
}

export function compareValues(
  a: Graph,
  b: Graph,
  windows: number,
  fillA: FillInput,
  fillB: FillInput,
): ValueDifference {
  const [ia, ib] = [interpreterOf(a), interpreterOf(b)];
  const pairs = matchLayers(a, b);
  const tallies = pairs.map(({ left, right }) => tally(tensorOf(a, left), tensorOf(b, right)));
  const classes = [new Int32Array(windows), new Int32Array(windows)] as const;
  for (let window = 0; window < windows; window++) {
    fillA(window, ia.input);
    fillB(window, ib.input);
    ia.run();
    ib.run();
    pairs.forEach(({ left, right }, i) => {
      tallies[i]!.add(ia.dataOf(left), ib.dataOf(right));
    });
    classes[0][window] = argmax(ia.output);
    classes[1][window] = argmax(ib.output);
  }
  const without = (graph: Graph, side: "left" | "right"): string[] => {
    const matched = new Set(pairs.map((pair) => pair[side]));
    return layersOf(graph)
      .map(({ tensor }) => tensor)
      .filter((tensor) => !matched.has(tensor));
  };
  return {
    windows,
    layers: pairs.map((pair, i) => ({ ...pair, ...tallies[i]!.result() })),
    unmatched: { left: without(a, "left"), right: without(b, "right") },
    sameClass: countSame(...classes),
  };
}

function interpreterOf(graph: Graph): ReturnType<typeof int8Interpreter | typeof floatInterpreter> {
  return tensorOf(graph, graph.input).dtype === "int8" ? int8Interpreter(graph) : floatInterpreter(graph);
}

/** The inputs and the outputs, then tensors of one name and shape, then what stands at the same place. */
function matchLayers(a: Graph, b: Graph): Pair[] {
  const [left, right] = [layersOf(a), layersOf(b)];
  const partner = new Map([[a.output, b.output]]);
  const taken = new Set([b.output]);
  const match = (one: Layer, other: Layer | undefined): void => {
    if (other === undefined || partner.has(one.tensor) || taken.has(other.tensor)) return;
    if (tensorOf(a, one.tensor).shape.join() !== tensorOf(b, other.tensor).shape.join()) return;
    partner.set(one.tensor, other.tensor);
    taken.add(other.tensor);
  };
  for (const layer of left)
    match(
      layer,
      right.find((other) => other.tensor === layer.tensor),
    );
  for (const { left: i, right: j } of alignLayers(left, right)) {
    if (i !== null && j !== null) match(left[i]!, right[j]);
  }
  return [
    { operator: "input", left: a.input, right: b.input },
    ...left.flatMap(({ operator, tensor }) => {
      const other = partner.get(tensor);
      return other === undefined ? [] : [{ operator, left: tensor, right: other }];
    }),
  ];
}

type Figures = Omit<LayerDifference, keyof Pair>;

function tally(
  left: Tensor,
  right: Tensor,
): { add(l: ArrayLike<number>, r: ArrayLike<number>): void; result(): Figures } {
  const [realL, realR] = [toReal(left), toReal(right)];
  const bothInt8 = left.dtype === "int8" && right.dtype === "int8";
  const sameType = left.dtype === right.dtype;
  const floatIsRight = right.dtype === "float32";
  let [values, equal, signal, noise] = [0, 0, 0, 0];
  const steps = { largest: 0, sum: 0 };
  const real = { largest: 0, sum: 0 };
  return {
    add(l, r) {
      values += l.length;
      for (let i = 0; i < l.length; i++) {
        const [x, y] = [realL(l[i]!), realR(r[i]!)];
        if (l[i] === r[i]) equal++;
        const apart = Math.abs(l[i]! - r[i]!);
        steps.largest = Math.max(steps.largest, apart);
        steps.sum += apart;
        const far = Math.abs(x - y);
        real.largest = Math.max(real.largest, far);
        real.sum += far;
        signal += (floatIsRight ? y : x) ** 2;
        noise += far ** 2;
      }
    },
    result: () => ({
      types: sameType ? left.dtype : `${left.dtype}, ${right.dtype}`,
      values,
      equal: sameType ? equal : null,
      steps: bothInt8 ? { largest: steps.largest, mean: steps.sum / values } : null,
      real: { largest: real.largest, mean: real.sum / values },
      sqnrDb: sameType || noise === 0 || signal === 0 ? null : 10 * Math.log10(signal / noise),
    }),
  };
}

function toReal({ quant }: Tensor): (value: number) => number {
  if (quant?.kind !== "perTensor") return (value) => value;
  const { scale, zeroPoint } = quant;
  return (value) => scale * (value - zeroPoint);
}

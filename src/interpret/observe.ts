// What every activation of a float graph really takes on: the evidence that calibration works from.
import { type Graph, inputsOf, internalName, outputsOf } from "../ir/graph.ts";
import type { TensorData } from "../ir/tensor.ts";
import { floatInterpreter, type Interpreter } from "./interpreter.ts";

const BINS = 2048;

/** The values of one tensor over all observed inputs. */
export interface Observation {
  /** True for a value inside an operator, which has no tensor. */
  readonly internal: boolean;
  readonly min: number;
  readonly max: number;
  /** Counts in equal bins from `min` to `max`. */
  readonly histogram: Float64Array;
}

/** What is observed: the input, every float output, and the operators' internal values. */
export function observedNames(graph: Graph): string[] {
  const nodes = graph.nodes.flatMap((node) => {
    const inputs = inputsOf(graph, node);
    const outputs = outputsOf(graph, node).filter((tensor) => tensor.dtype === "float32");
    const internals = inputs[0]!.dtype === "float32" ? node.op.internals?.(node.attrs, inputs) : [];
    return [
      ...outputs.map((tensor) => tensor.name),
      ...(internals ?? []).map((_, k) => internalName(node, k)),
    ];
  });
  return [graph.input, ...nodes];
}

/**
 * Runs the graph twice over the inputs: once for the ranges, once for the histograms within them.
 * @param count number of inputs
 * @param fill writes input `index` to the graph's input memory
 */
export function observe(
  graph: Graph,
  count: number,
  fill: (index: number, input: Float32Array) => void,
): Map<string, Observation> {
  const interpreter = floatInterpreter(graph);
  const memory = observedMemory(graph, interpreter);
  const each = (visit: (name: string, data: ArrayLike<number>) => void): void => {
    for (let index = 0; index < count; index++) {
      fill(index, interpreter.input);
      interpreter.run();
      for (const [name, data] of memory) visit(name, data);
    }
  };

  const internal = new Set(
    graph.nodes.flatMap((node, i) => interpreter.internalsOf(i).map((_, k) => internalName(node, k))),
  );
  const ranges = new Map([...memory.keys()].map((name) => [name, { min: Infinity, max: -Infinity }]));
  each((name, data) => {
    const range = ranges.get(name)!;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
    }
  });

  const observations = new Map(
    [...ranges].map(([name, range]) => [
      name,
      { ...range, internal: internal.has(name), histogram: new Float64Array(BINS) },
    ]),
  );
  each((name, data) => {
    const { min, max, histogram } = observations.get(name)!;
    const perUnit = max > min ? BINS / (max - min) : 0;
    for (let i = 0; i < data.length; i++) {
      const bin = Math.min(Math.floor((data[i]! - min) * perUnit), BINS - 1);
      histogram[bin] = histogram[bin]! + 1;
    }
  });
  return observations;
}

function observedMemory(graph: Graph, interpreter: Interpreter<Float32Array>): Map<string, TensorData> {
  const internals = graph.nodes.flatMap((node, i) =>
    interpreter.internalsOf(i).map((data, k) => [internalName(node, k), data] as const),
  );
  const own = new Map(internals);
  return new Map(observedNames(graph).map((name) => [name, own.get(name) ?? interpreter.dataOf(name)]));
}

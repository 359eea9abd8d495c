// What every activation of a float graph really takes on: the evidence that calibration works from.
import { type Body, bodiesOf, type Graph, inputsOf, internalName, outputsOf } from "../ir/graph.ts";
import type { TensorData } from "../ir/tensor.ts";
import { type BodyMemory, floatInterpreter } from "./interpreter.ts";

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

interface Observable {
  readonly name: string;
  readonly dataIn: (memory: BodyMemory) => TensorData;
  readonly internal: boolean;
}

/** What is observed: the input, every float output, and the operators' internal values, subgraphs included. */
export function observedNames(graph: Graph): string[] {
  return bodiesOf(graph).flatMap(({ prefix, body }) =>
    observables(graph, prefix, body).map(({ name }) => name),
  );
}

function observables(graph: Graph, prefix: string, body: Body): Observable[] {
  const tensor = (name: string): Observable => ({
    name: prefix + name,
    dataIn: ({ dataOf }) => dataOf(name),
    internal: false,
  });
  const nodes = body.nodes.flatMap((node, index) => {
    const inputs = inputsOf(body, node);
    const outputs = outputsOf(body, node).filter(({ dtype }) => dtype === "float32");
    const internals = inputs[0]!.dtype === "float32" ? node.op.internals?.(node.attrs, inputs) : [];
    return [
      ...outputs.map(({ name }) => tensor(name)),
      ...(internals ?? []).map((_, k) => ({
        name: prefix + internalName(node, k),
        dataIn: (memory: BodyMemory) => memory.internals[index]![k]!,
        internal: true,
      })),
    ];
  });
  return prefix === "" ? [tensor(graph.input), ...nodes] : nodes;
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
  const byPrefix = new Map(
    bodiesOf(graph).map(({ prefix, body }) => [prefix, observables(graph, prefix, body)]),
  );
  const each = (visit: (name: string, data: ArrayLike<number>) => void): void => {
    const interpreter = floatInterpreter(graph, (prefix, memory) => {
      for (const { name, dataIn } of byPrefix.get(prefix)!) visit(name, dataIn(memory));
    });
    for (let index = 0; index < count; index++) {
      fill(index, interpreter.input);
      interpreter.run();
    }
  };

  const all = [...byPrefix.values()].flat();
  const ranges = new Map(all.map(({ name }) => [name, { min: Infinity, max: -Infinity }]));
  each((name, data) => {
    const range = ranges.get(name)!;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
    }
  });

  const observations = new Map(
    all.map(({ name, internal }) => {
      const range = ranges.get(name)!;
      // A loop whose body never ran has seen nothing.
      const { min, max } = range.min <= range.max ? range : { min: 0, max: 0 };
      return [name, { internal, min, max, histogram: new Float64Array(BINS) }];
    }),
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

// What every activation of a float graph really takes on: the evidence that calibration works from.
import type { Graph } from "../ir/graph.ts";
import { floatInterpreter } from "./interpreter.ts";

const BINS = 2048;

/** The values of one tensor over all observed inputs. */
export interface Observation {
  readonly min: number;
  readonly max: number;
  /** Counts in equal bins from `min` to `max`. */
  readonly histogram: Float64Array;
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
  const names = [graph.input, ...graph.nodes.map((node) => node.output)];
  const each = (visit: (name: string, data: ArrayLike<number>) => void): void => {
    for (let index = 0; index < count; index++) {
      fill(index, interpreter.input);
      interpreter.run();
      for (const name of names) visit(name, interpreter.dataOf(name));
    }
  };

  const ranges = new Map(names.map((name) => [name, { min: Infinity, max: -Infinity }]));
  each((name, data) => {
    const range = ranges.get(name)!;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
    }
  });

  const observations = new Map(
    [...ranges].map(([name, range]) => [name, { ...range, histogram: new Float64Array(BINS) }]),
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

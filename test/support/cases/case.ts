// What a family of random graphs is made of: for each operator a step, or whole graphs where one step cannot be.
import type { GraphBuilder } from "../../../src/ir/builder.ts";
import type { Graph } from "../../../src/ir/graph.ts";
import type { Random } from "../../../src/util/random.ts";

/** Adds operators to a float graph, attributes drawn at random; returns the last tensor, named `name`. */
export type Step = (b: GraphBuilder, random: Random, input: string, name: string) => string;

export type OperatorCase =
  | {
      readonly step: Step;
      /** The input's shape; [1, height, width, channels] if absent. */
      readonly shape?: (random: Random) => readonly number[];
    }
  /** For operators that a float graph does not have: an int8 (or mixed) graph, ready to write. */
  | { readonly graph: (random: Random) => Graph };

/** By TFLite's operator names. */
export type OperatorCases = Readonly<Record<string, OperatorCase>>;

export const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)]!;

export const normals = (random: Random, count: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * scale);

export const activation = (random: Random): "NONE" | "RELU" | "RELU6" =>
  pick(random, ["NONE", "RELU", "RELU6"] as const);

export const padding = (random: Random): "SAME" | "VALID" => pick(random, ["SAME", "VALID"] as const);

/** Between 1 and 4 dimensions, the first of them 1. */
export function anyShape(random: Random): readonly number[] {
  const rank = 1 + random.integer(4);
  return [1, ...Array.from({ length: rank - 1 }, () => 1 + random.integer(7))];
}

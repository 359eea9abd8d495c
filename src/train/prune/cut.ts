// The narrower network: a smaller model, with the weights of the outputs that stay.

import type { BranchesLayer, Layer } from "../../spec/model.ts";
import { handsOn, widthOf, withWidths } from "../../spec/prune-model.ts";
import { seededRandom } from "../../util/random.ts";
import type { RuntimeLayer } from "../layers/layer.ts";
import { createNetwork, type Network } from "../network.ts";
import { upload } from "../parameters.ts";
import { type ArrayAxes, arrayAxes } from "./axes.ts";
import type { Importance } from "./importance.ts";

/** Channels that stay, rising. */
type Kept = readonly number[];

/** What the walk through the layers needs everywhere. */
interface Cut {
  readonly widths: ReadonlyMap<Layer, number>;
  readonly importance: Importance;
}

/**
 * Keeps the most important outputs of every layer that has a new width.
 * @param widths from prunedWidths
 */
export function cutNetwork(
  network: Network,
  widths: ReadonlyMap<Layer, number>,
  importance: Importance,
): Network {
  const { model } = network;
  // Every weight is replaced, so that what they start as does not matter.
  const narrow = createNetwork(withWidths(model, widths), seededRandom(0));
  cutPath(model.layers, network.layers, narrow.layers, range(model.channels), { widths, importance });
  return narrow;
}

/** Fills one list of layers from the wider one; returns the outputs that stay. */
function cutPath(
  layers: readonly Layer[],
  from: readonly RuntimeLayer[],
  to: readonly RuntimeLayer[],
  input: Kept,
  cut: Cut,
): Kept {
  return layers.reduce((given, layer, i) => {
    if (layer.kind === "branches") return cutBranches(layer, from[i]!, to[i]!, given, cut);
    const output = keptOutputs(layer, given, cut);
    copyKept(layer, from[i]!, to[i]!, given, output);
    return output;
  }, input);
}

function cutBranches(
  { merge, input: shape, paths }: BranchesLayer,
  from: RuntimeLayer,
  to: RuntimeLayer,
  input: Kept,
  cut: Cut,
): Kept {
  let first = 0;
  const ends = paths.map((path, p) => {
    const end = cutPath(path, from.paths![p]!, to.paths![p]!, input, cut).map((channel) => first + channel);
    // Side by side, a path's channels begin where the last one's ended; added, all are the same.
    if (merge === "concat") first += (path.at(-1)?.output ?? shape).at(-1)!;
    return end;
  });
  return merge === "add" ? ends[0]! : ends.flat();
}

function copyKept(layer: Layer, from: RuntimeLayer, to: RuntimeLayer, input: Kept, output: Kept): void {
  const axes = arrayAxes(layer);
  const arraysOf = ({ parameters, state }: RuntimeLayer): Float32Array[] => [
    ...parameters.map(({ values }) => values),
    ...state,
  ];
  const targets = arraysOf(to);
  arraysOf(from).forEach((values, k) => {
    const shape = from.parameters[k]?.shape ?? [values.length];
    targets[k]!.set(select(values, shape, axes[k] ?? [], input, output));
  });
  to.parameters.forEach(upload);
}

function keptOutputs(layer: Layer, input: Kept, { widths, importance }: Cut): Kept {
  if (layer.kind === "flatten") {
    // Time first: the same channels in the block of every step.
    const [steps, channels] = layer.input as readonly [number, number];
    return range(steps).flatMap((step) => input.map((channel) => step * channels + channel));
  }
  if (handsOn(layer)) return input;
  const outputs = layer.output.at(-1)!;
  const width = widths.get(layer);
  if (width === undefined) return range(outputs);
  // The two directions of a recurrent layer stand side by side and narrow alike.
  const units = widthOf(layer)!;
  const scores = importance.get(layer)!;
  return range(outputs / units).flatMap((direction) => {
    const own = range(units).map((unit) => direction * units + unit);
    // A stable sort: of equals the first stay.
    const ranked = own.toSorted((a, b) => scores[b]! - scores[a]!);
    return ranked.slice(0, width).sort((a, b) => a - b);
  });
}

/** The elements whose channels stay along every axis. */
function select(
  values: Float32Array,
  shape: readonly number[],
  axes: ArrayAxes,
  input: Kept,
  output: Kept,
): Float32Array {
  let offsets = [0];
  shape.forEach((size, axis) => {
    const places = keptPlaces(size, axes[axis] ?? null, input, output);
    offsets = offsets.flatMap((offset) => places.map((place) => offset * size + place));
  });
  return Float32Array.from(offsets, (offset) => values[offset]!);
}

function keptPlaces(size: number, axis: ArrayAxes[number], input: Kept, output: Kept): Kept {
  if (axis === null) return range(size);
  const { side, first, count } = axis;
  const inside = (side === "input" ? input : output)
    .map((channel) => channel - first)
    .filter((i) => i >= 0 && i < count);
  return range(size / count).flatMap((block) => inside.map((i) => block * count + i));
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

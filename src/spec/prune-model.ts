// Which layers of a model can do with fewer outputs, and the model with fewer.
import { modelNothingToPrune } from "../util/messages.ts";
import type { ResolvedModel } from "./model.ts";
import { type BranchesLayer, LAYER_SHAPES, type Layer, type LayerKind, type Shape } from "./model-layers.ts";

/**
 * What a kind of layer does with channels: makes its own, as many as a field says, or hands on those it is given, so
 * that it narrows with the layer that made them. A kind that is not here keeps its width and that of what it reads.
 */
const CHANNELS: Partial<Readonly<Record<LayerKind, "units" | "filters" | "handed on">>> = {
  conv1d: "filters",
  separableConv1d: "filters",
  dense: "units",
  lstm: "units",
  gru: "units",
  rnn: "units",
  depthwiseConv1d: "handed on",
  maxPool1d: "handed on",
  averagePool1d: "handed on",
  globalAveragePool1d: "handed on",
  globalMaxPool1d: "handed on",
  flatten: "handed on",
  batchNorm: "handed on",
  relu: "handed on",
  dropout: "handed on",
};

/** Whether a layer hands on the channels that it is given. */
export function handsOn(layer: Layer): boolean {
  return CHANNELS[layer.kind] === "handed on";
}

/** Its channels (of a convolution) or units, those of one direction; null for a layer without a width of its own. */
export function widthOf(layer: Layer): number | null {
  const field = CHANNELS[layer.kind];
  if (field === undefined || field === "handed on") return null;
  return (layer as unknown as Record<string, number>)[field]!;
}

/** The layers whose outputs are read only by layers that can do with fewer: all but the classes', usually. */
function narrowable(model: ResolvedModel): Layer[] {
  const candidates: Layer[] = [];
  const kept = new Set<Layer>();
  const keep = (makers: readonly Layer[]): readonly Layer[] => {
    for (const maker of makers) kept.add(maker);
    return [];
  };
  /** From the layers that made what a path is given to those that made what it gives. */
  const through = (layers: readonly Layer[], given: readonly Layer[]): readonly Layer[] =>
    layers.reduce((makers, layer) => {
      if (handsOn(layer)) return makers;
      if (layer.kind === "branches") {
        const ends = layer.paths.flatMap((path) => through(path, makers));
        // What is added must stay channel by channel beside what it is added to.
        return layer.merge === "add" ? keep(ends) : ends;
      }
      if (widthOf(layer) === null) return keep(makers);
      candidates.push(layer);
      return [layer];
    }, given);
  keep(through(model.layers, []));
  return candidates.filter((layer) => !kept.has(layer));
}

/**
 * Widths after a share of the outputs of every layer that can do with fewer is removed; of each at least one stays.
 * @throws UserError model/nothing-to-prune
 */
export function prunedWidths(model: ResolvedModel, share: number): Map<Layer, number> {
  const widths = new Map<Layer, number>();
  for (const layer of narrowable(model)) {
    const width = widthOf(layer)!;
    const rest = Math.max(1, width - Math.round(share * width));
    if (rest < width) widths.set(layer, rest);
  }
  if (widths.size === 0) throw modelNothingToPrune(model.id, share);
  return widths;
}

type Widths = ReadonlyMap<Layer, number>;

/** The model with other widths, the shapes followed through it; `layers` stand in the same order. */
export function withWidths(model: ResolvedModel, widths: Widths): ResolvedModel {
  return { ...model, layers: resizePath(model.layers, widths, [model.timeSteps, model.channels]) };
}

function resizePath(layers: readonly Layer[], widths: Widths, input: Shape): readonly Layer[] {
  let shape = input;
  return layers.map((layer) => {
    const resized =
      layer.kind === "branches" ? resizeBranches(layer, widths, shape) : resize(layer, widths, shape);
    shape = resized.output;
    return resized;
  });
}

function resizeBranches(layer: BranchesLayer, widths: Widths, input: Shape): BranchesLayer {
  const paths = layer.paths.map((path) => resizePath(path, widths, input));
  const ends = paths.map((path) => path.at(-1)?.output ?? input) as [Shape, ...Shape[]];
  const width = ends.reduce((sum, end) => sum + end.at(-1)!, 0);
  const output = layer.merge === "add" ? ends[0] : (ends[0].with(-1, width) as unknown as Shape);
  return { ...layer, input, output, paths };
}

function resize(layer: Exclude<Layer, BranchesLayer>, widths: Widths, input: Shape): Layer {
  const width = widths.get(layer);
  const changed = width === undefined ? layer : { ...layer, [CHANNELS[layer.kind]!]: width };
  // The table's two columns belong to the same kind, which TypeScript cannot follow through a union.
  const rule = LAYER_SHAPES[changed.kind] as (fields: unknown, input: Shape) => Shape | string;
  const output = rule(changed, input);
  if (typeof output === "string") throw new Error(`Bug in Bandsmith: a narrower ${layer.kind} ${output}`);
  return { ...changed, input, output } as Layer;
}

// Where a layer's channels lie in its arrays: what removing one of them takes away.
import type { Layer, LayerKind, LayerOf } from "../../spec/model.ts";

/** An axis of one or more blocks of `count` channels each: at i of every block lies channel `first` + i. */
export interface ChannelAxis {
  readonly side: "input" | "output";
  readonly first: number;
  readonly count: number;
}

/** One entry an axis of an array; null where no channels lie along it. */
export type ArrayAxes = readonly (ChannelAxis | null)[];

type LeafKind = Exclude<LayerKind, "branches">;
type Rule<K extends LeafKind> = (layer: LayerOf<K>) => readonly ArrayAxes[];

/** Of the layer's parameters, then of its state, in the order in which its builder lists them. */
const ARRAYS: { readonly [K in LeafKind]?: Rule<K> } = {
  conv1d: (layer) => [[null, inputs(layer), outputs(layer)], [outputs(layer)]],
  depthwiseConv1d: (layer) => [[null, inputs(layer)], [inputs(layer)]],
  separableConv1d: (layer) => [
    [null, inputs(layer)],
    [null, inputs(layer), outputs(layer)],
    [outputs(layer)],
  ],
  dense: (layer) => [[inputs(layer), outputs(layer)], [outputs(layer)]],
  batchNorm(layer) {
    const channels = [inputs(layer)];
    const seen = [null];
    return [channels, channels, channels, channels, seen];
  },
  lstm: recurrent,
  gru: recurrent,
  rnn: recurrent,
};

/** Weights, recurrent weights and bias of one direction, then of the other; units lie in as many blocks as gates. */
function recurrent(layer: LayerOf<"lstm"> | LayerOf<"gru"> | LayerOf<"rnn">): readonly ArrayAxes[] {
  const { units, bidirectional } = layer;
  return (bidirectional ? [0, units] : [0]).flatMap((first) => {
    const own: ChannelAxis = { side: "output", first, count: units };
    return [[inputs(layer), own], [own, own], [own]];
  });
}

export function arrayAxes(layer: Layer): readonly ArrayAxes[] {
  // The table has the rule of exactly this kind, which TypeScript cannot follow through a union.
  const rule = (ARRAYS as Readonly<Record<string, unknown>>)[layer.kind] as
    | ((layer: Layer) => readonly ArrayAxes[])
    | undefined;
  return rule?.(layer) ?? [];
}

function inputs({ input }: Layer): ChannelAxis {
  return { side: "input", first: 0, count: input.at(-1)! };
}

function outputs({ output }: Layer): ChannelAxis {
  return { side: "output", first: 0, count: output.at(-1)! };
}

// What a layer kind gives the trainer: its variables, its forward pass and its place in the exported graph.
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Layer, LayerKind } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import type { TensorOps } from "../ops.ts";
import type { Parameter } from "../parameters.ts";

/** The circumstances of one forward pass. */
export interface Pass {
  readonly ops: TensorOps;
  /** Batch statistics and dropout, or moving statistics and none. */
  readonly training: boolean;
  /** For dropout. */
  readonly random: Random;
}

/** A layer in training. */
export interface RuntimeLayer {
  readonly parameters: readonly Parameter[];
  /** Arrays that training changes without gradients (moving statistics). */
  readonly state: readonly Float32Array[];
  /** Of a layer that holds others: those, whose parameters and state are its own. */
  readonly paths?: readonly (readonly RuntimeLayer[])[];
  /** x [N, T, C] or [N, F], as the layer's `input` says; streams are windows of their own, [N·S, T, C]. */
  forward(x: tf.Tensor, pass: Pass): tf.Tensor;
  /**
   * Adds itself after the tensor named `input`; returns the name of its own output. Activations are [1, 1, T, C],
   * [1, S, T, C] of streams, [1, 1, 1, C] after a global pool, [1, F] after flatten and dense.
   */
  write(writer: GraphBuilder, input: string): string;
}

/** Builds a layer's variables; `name` is unique in the model, `random` the model's stream for initial weights. */
export type LayerBuilder<L extends Layer> = (layer: L, name: string, random: Random) => RuntimeLayer;

/** Unique among the layers of a path, and short: it is part of the names in the file. */
export function layerName(layer: Layer, index: number): string {
  return `${layer.kind === "branches" ? layer.merge : layer.kind}_${index}`;
}

/** One builder a kind: an omission is a type error. */
export type LayerTable = { readonly [K in LayerKind]: LayerBuilder<Extract<Layer, { kind: K }>> };

/** A layer without variables. */
export function stateless(layer: Pick<RuntimeLayer, "forward" | "write">): RuntimeLayer {
  return { parameters: [], state: [], ...layer };
}

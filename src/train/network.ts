// A model's layers with their variables: what the training loop runs, saves and restores.
import type * as tf from "@tensorflow/tfjs-core";
import type { ResolvedModel } from "../spec/model.ts";
import type { Random } from "../util/random.ts";
import { buildLayer } from "./layers/index.ts";
import { layerName, type Pass, type RuntimeLayer } from "./layers/layer.ts";
import { type Parameter, upload } from "./parameters.ts";

/** What the training loop changes: a model's layers, or another form of the same network. */
export interface Trainable {
  readonly model: Pick<ResolvedModel, "timeSteps" | "channels">;
  readonly parameters: readonly Parameter[];
  /** x [N, T, C] → [N, classes], before the softmax that ends every model. */
  logits(x: tf.Tensor, pass: Pass): tf.Tensor2D;
  /** Called at the end of an epoch, before its validation. */
  settle?(): void;
  /** Whether every parameter is a number still; XNNPACK's clamping hides a NaN from the logits. */
  isFinite(): boolean;
  /** A copy of everything that training changes. */
  save(): Snapshot;
  restore(snapshot: Snapshot): void;
  /** Frees the backend's copies. */
  dispose(): void;
}

export interface Network extends Trainable {
  readonly model: ResolvedModel;
  readonly layers: readonly RuntimeLayer[];
}

type Snapshot = readonly Float32Array[];

/** Builds the variables from the stream's fork "weights"; a backend must be open. */
export function createNetwork(model: ResolvedModel, random: Random): Network {
  const weightStream = random.fork("weights");
  const layers = model.layers.map((layer, i) => buildLayer(layer, layerName(layer, i), weightStream));
  const parameters = layers.flatMap((layer) => layer.parameters);
  const beforeSoftmax = layers.slice(0, -1);
  return {
    model,
    layers,
    parameters,
    logits: (x, pass) => beforeSoftmax.reduce((y, layer) => layer.forward(y, pass), x) as tf.Tensor2D,
    ...snapshots(
      parameters,
      layers.flatMap((layer) => layer.state),
    ),
  };
}

/** What every form of a network does with its numbers. */
export function snapshots(
  parameters: readonly Parameter[],
  state: readonly Float32Array[],
): Pick<Trainable, "isFinite" | "save" | "restore" | "dispose"> {
  const arrays = [...parameters.map(({ values }) => values), ...state];
  return {
    isFinite: () => parameters.every(({ values }) => values.every(Number.isFinite)),
    save: () => arrays.map((array) => array.slice()),
    restore(snapshot) {
      arrays.forEach((array, i) => {
        array.set(snapshot[i]!);
      });
      parameters.forEach(upload);
    },
    dispose() {
      for (const { tensor } of parameters) tensor.dispose();
    },
  };
}

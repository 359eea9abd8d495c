// How much each output of a layer matters to the loss.
// Source: Molchanov et al. 2019 (arXiv 1906.10771), section 3: the squared first-order change of the loss, summed over
// batches, if an output were removed, (Σ gradient · value)² over what makes it.
import * as tf from "@tensorflow/tfjs-core";
import type { Layer } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import { batchIndices } from "../batches.ts";
import { gradientsOf } from "../fit.ts";
import type { RuntimeLayer } from "../layers/layer.ts";
import type { Lesson } from "../lesson.ts";
import { emptyScore } from "../loss.ts";
import type { Network } from "../network.ts";
import type { Parameter } from "../parameters.ts";
import { type ArrayAxes, arrayAxes, type ChannelAxis } from "./axes.ts";

/** One value an output, of each of the layers; the larger, the more it matters. */
export type Importance = ReadonlyMap<Layer, Float64Array>;

/** A parameter that makes outputs of a layer, with the axis along which those lie. */
interface Maker {
  readonly index: number;
  readonly axis: number;
  readonly of: ChannelAxis;
}

/** Over one epoch of training windows, as they are trained on. */
export function taylorImportance(
  network: Network,
  layers: readonly Layer[],
  lesson: Lesson,
  batchSize: number,
  random: Random,
): Importance {
  const places = placesOf(network.model.layers, network.layers);
  const makers = layers.map((layer) => makersOf(network, layer, places.get(layer)!));
  const importance = new Map(layers.map((layer) => [layer, new Float64Array(layer.output.at(-1)!)]));
  // Batch norms follow the batches.
  const saved = network.save();
  const { training, classWeights, pass } = lesson;
  for (const windows of batchIndices(training.count, batchSize, random)) {
    const gradients = gradientsOf(network, training.take(windows), classWeights, pass, emptyScore());
    layers.forEach((layer, l) => {
      const scores = importance.get(layer)!;
      const change = new Float64Array(scores.length);
      for (const { index, axis, of } of makers[l]!) {
        const { values, shape } = network.parameters[index]!;
        const gradient = gradients[index]!.dataSync();
        const channelAt = channelIndexer(shape, axis, of);
        for (let i = 0; i < values.length; i++) change[channelAt(i)]! += gradient[i]! * values[i]!;
      }
      change.forEach((value, channel) => {
        scores[channel]! += value * value;
      });
    });
    tf.dispose(gradients);
  }
  network.restore(saved);
  return importance;
}

/** Where a layer stands: its variables, and the batch norm behind it, if there is one. */
interface Place {
  readonly runtime: RuntimeLayer;
  readonly norm: RuntimeLayer | null;
}

function placesOf(layers: readonly Layer[], runtimes: readonly RuntimeLayer[]): Map<Layer, Place> {
  return new Map(
    layers.flatMap((layer, i): (readonly [Layer, Place])[] => {
      const runtime = runtimes[i]!;
      if (layer.kind === "branches") {
        return layer.paths.flatMap((path, p) => [...placesOf(path, runtime.paths![p]!)]);
      }
      return [[layer, { runtime, norm: layers[i + 1]?.kind === "batchNorm" ? runtimes[i + 1]! : null }]];
    }),
  );
}

/**
 * A batch norm that follows makes the outputs again: the loss does not depend on the scale of what it reads, whose
 * gradients therefore add up to nothing, and γ and β take their place.
 */
function makersOf(network: Network, layer: Layer, { runtime, norm }: Place): Maker[] {
  const indexOf = (parameter: Parameter): number => network.parameters.indexOf(parameter);
  if (norm !== null) {
    const of: ChannelAxis = { side: "output", first: 0, count: layer.output.at(-1)! };
    return norm.parameters.map((parameter) => ({ index: indexOf(parameter), axis: 0, of }));
  }
  const axes = arrayAxes(layer);
  return runtime.parameters.flatMap((parameter, i) => {
    const axis = lastOutput(axes[i]!);
    const of = axes[i]![axis];
    return of == null ? [] : [{ index: indexOf(parameter), axis, of }];
  });
}

/** Recurrent weights have two such axes: what a unit reads stands along the last one. */
function lastOutput(axes: ArrayAxes): number {
  return axes.findLastIndex((axis) => axis?.side === "output");
}

/** From an element's index in an array to its channel. */
function channelIndexer(
  shape: readonly number[],
  axis: number,
  { first, count }: ChannelAxis,
): (index: number) => number {
  const inner = shape.slice(axis + 1).reduce((product, dimension) => product * dimension, 1);
  return (index) => first + (Math.floor(index / inner) % count);
}

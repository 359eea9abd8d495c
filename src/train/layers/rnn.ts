// A plain recurrent layer: hidden = tanh(W·x + R·hidden before + b).
import type * as tf from "@tensorflow/tfjs-core";
import { add, fullyConnected, tanh } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import { createVector, createWeights } from "../parameters.ts";
import type { LayerBuilder } from "./layer.ts";
import { columns, type RecurrentCell, recurrentLayer } from "./recurrent.ts";

const NONE = { activation: "NONE" } as const;

export const rnn: LayerBuilder<LayerOf<"rnn">> = (layer, name, random) =>
  recurrentLayer(layer, name, (own, features) => createCell(own, features, layer.units, random));

function createCell(name: string, features: number, units: number, random: Random): RecurrentCell {
  const weights = createWeights(
    `${name}/weights`,
    [features, units],
    { in: features, out: units },
    false,
    random,
  );
  const recurrent = createWeights(
    `${name}/recurrent`,
    [units, units],
    { in: units, out: units },
    false,
    random,
  );
  const bias = createVector(`${name}/bias`, units, 0);
  return {
    parameters: [weights, recurrent, bias],
    run: (ops, x) =>
      ops.rnn(x, weights.tensor as tf.Tensor2D, recurrent.tensor as tf.Tensor2D, bias.tensor as tf.Tensor1D),
    writeStep(writer, step, hidden, output) {
      const inputs = [
        step,
        writer.constant(`${output}/weights`, [units, features], columns(weights, 0, units)),
        writer.constant(`${output}/bias`, [units], bias.values),
      ] as const;
      const fromInput = writer.node(fullyConnected, NONE, inputs, `${output}/from input`);
      if (hidden === null) return writer.node(tanh, {}, [fromInput], output);
      const recurrence = [
        hidden,
        writer.constant(`${output}/recurrent`, [units, units], columns(recurrent, 0, units)),
        writer.constant(`${output}/no bias`, [units], new Float32Array(units)),
      ] as const;
      const fromHidden = writer.node(fullyConnected, NONE, recurrence, `${output}/from hidden`);
      const sums = writer.node(add, NONE, [fromInput, fromHidden], `${output}/sums`);
      return writer.node(tanh, {}, [sums], output);
    },
  };
}

// A long short-term memory layer: its hidden states, or the last one alone, perhaps beside a backward cell's.
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../../ir/builder.ts";
import type { Each } from "../../ir/op.ts";
import { concatenation, reshape, slice, stridedSlice, unidirectionalSequenceLstm } from "../../ops/index.ts";
import { GATES, type LstmRoles } from "../../ops/lstm-layout.ts";
import type { LayerOf } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import { reshape as differentiableReshape, lastStep, sideBySide } from "../differentiable.ts";
import type { TensorOps } from "../ops.ts";
import { createVector, createWeights, type Parameter, upload } from "../parameters.ts";
import type { LayerBuilder } from "./layer.ts";

/** The last time step is the first that the backward cell sees: one evaluation of it on that step's input is all. */
export const lstm: LayerBuilder<LayerOf<"lstm">> = (layer, name, random) => {
  const { units, forgetBias, returnSequences, bidirectional } = layer;
  const [steps, features] = layer.input as readonly [number, number];
  const forward = createCell(bidirectional ? `${name}/forward` : name, features, units, forgetBias, random);
  const backward = bidirectional ? createCell(`${name}/backward`, features, units, forgetBias, random) : null;
  return {
    parameters: [...forward.parameters, ...(backward?.parameters ?? [])],
    state: [],
    forward(x, { ops }) {
      const sequence = x as tf.Tensor3D;
      const hidden = forward.run(ops, sequence);
      if (returnSequences) return hidden;
      if (backward === null) return lastStep(hidden);
      const last = differentiableReshape<tf.Rank.R3>(lastStep(sequence), [x.shape[0], 1, features]);
      return sideBySide(lastStep(hidden), lastStep(backward.run(ops, last)));
    },
    write(writer, from) {
      const sequence = writer.node(reshape, { newShape: [1, steps, features] }, [from], `${name}/sequence`);
      const hidden = forward.write(writer, sequence, `${name}/hidden`);
      if (returnSequences) {
        return writer.node(reshape, { newShape: [1, 1, steps, units] }, [hidden], name);
      }
      if (backward === null) return writeLastStep(writer, hidden, name);
      const block = { begin: [0, steps - 1, 0], size: [1, 1, features] };
      const last = writer.node(slice, block, [sequence], `${name}/backward/input`);
      const ends = [
        writeLastStep(writer, hidden, `${name}/forward/last`),
        writeLastStep(
          writer,
          backward.write(writer, last, `${name}/backward/hidden`),
          `${name}/backward/last`,
        ),
      ];
      return writer.node(concatenation, { axis: 1 }, ends, name);
    },
  };
};

/** One direction. */
interface Cell {
  readonly parameters: readonly Parameter[];
  /** x [N, T, C] → hidden states [N, T, U]. */
  run(ops: TensorOps, x: tf.Tensor3D): tf.Tensor3D;
  /** From [1, T, C] to [1, T, U]. */
  write(writer: GraphBuilder, from: string, output: string): string;
}

function createCell(name: string, features: number, units: number, forgetBias: number, random: Random): Cell {
  const all = GATES.length * units;
  const weights = createWeights(
    `${name}/weights`,
    [features, all],
    { in: features, out: all },
    false,
    random,
  );
  const recurrent = createWeights(`${name}/recurrent`, [units, all], { in: units, out: all }, false, random);
  const bias = createVector(`${name}/bias`, all, 0);
  // A gate that starts open lets gradients reach far back (Jozefowicz et al. 2015, section 2.2).
  const forget = GATES.indexOf("forget") * units;
  bias.values.fill(forgetBias, forget, forget + units);
  upload(bias);
  return {
    parameters: [weights, recurrent, bias],
    run: (ops, x) =>
      ops.lstm(x, weights.tensor as tf.Tensor2D, recurrent.tensor as tf.Tensor2D, bias.tensor as tf.Tensor1D),
    write(writer, from, output) {
      const constants = (part: string, length: number, source: Parameter): string[] =>
        GATES.map((gate, g) => {
          const shape = source === bias ? [units] : [units, length];
          return writer.constant(`${name}/${gate}_${part}`, shape, gateOf(source.values, length, units, g));
        });
      const inputs = [
        from,
        ...constants("weights", features, weights),
        ...constants("recurrent", units, recurrent),
        ...constants("bias", 1, bias),
      ] as unknown as Each<LstmRoles, string>;
      const attrs = { timeMajor: false, cellClip: 0, cellExponent: null };
      return writer.node(unidirectionalSequenceLstm, attrs, inputs, output);
    },
  };
}

/** [length, 4·U] to one gate's [U, length]. */
function gateOf(values: Float32Array, length: number, units: number, gate: number): Float32Array {
  const row = GATES.length * units;
  return Float32Array.from(
    { length: units * length },
    (_, i) => values[(i % length) * row + gate * units + Math.floor(i / length)]!,
  );
}

/** [1, T, U] to [1, U]. */
function writeLastStep(writer: GraphBuilder, from: string, output: string): string {
  const [, steps, units] = writer.shapeOf(from) as readonly [number, number, number];
  const attrs = {
    begin: [0, steps - 1, 0],
    end: [1, steps, units],
    strides: [1, 1, 1],
    beginMask: 0,
    endMask: 0,
    shrinkAxisMask: 0b010,
  };
  return writer.node(stridedSlice, attrs, [from], output);
}

// What gru and rnn layers share: one direction or both, and the exported loop over a direction's time steps.
import type * as tf from "@tensorflow/tfjs-core";
import { buildGraph, type GraphBuilder } from "../../ir/builder.ts";
import type { Subgraph } from "../../ir/graph.ts";
import {
  add,
  concatenation,
  gather,
  less,
  reshape,
  slice,
  stridedSlice,
  whileLoop,
} from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import { reshape as differentiableReshape, lastStep, reverseSteps, sideBySide } from "../differentiable.ts";
import type { TensorOps } from "../ops.ts";
import type { Parameter } from "../parameters.ts";
import type { RuntimeLayer } from "./layer.ts";

/** One direction of a layer whose only state is its hidden one. */
export interface RecurrentCell {
  readonly parameters: readonly Parameter[];
  /** x [N, T, C] → hidden states [N, T, U]. */
  run(ops: TensorOps, x: tf.Tensor3D): tf.Tensor3D;
  /**
   * Writes one time step: from the step's input [1, C] and the hidden state before it [1, U], null where that is zero,
   * to the next hidden state [1, U].
   */
  writeStep(writer: GraphBuilder, step: string, hidden: string | null, output: string): string;
}

/**
 * With returnSequences the hidden states of all steps, else the last time step's. The backward cell's, at that step, is
 * the first that it computes: one evaluation on that step's input is all.
 * @param createCell one direction's variables, by the name that theirs begin with
 */
export function recurrentLayer(
  layer: LayerOf<"gru" | "rnn">,
  name: string,
  createCell: (name: string, features: number) => RecurrentCell,
): RuntimeLayer {
  const { returnSequences, bidirectional } = layer;
  const [steps, features] = layer.input as readonly [number, number];
  const forward = createCell(bidirectional ? `${name}/forward` : name, features);
  const backward = bidirectional ? createCell(`${name}/backward`, features) : null;
  return {
    parameters: [...forward.parameters, ...(backward?.parameters ?? [])],
    state: [],
    forward(x, { ops }) {
      const sequence = x as tf.Tensor3D;
      const hidden = forward.run(ops, sequence);
      if (returnSequences) {
        if (backward === null) return hidden;
        return sideBySide(hidden, reverseSteps(backward.run(ops, reverseSteps(sequence))));
      }
      if (backward === null) return lastStep(hidden);
      const last = differentiableReshape<tf.Rank.R3>(lastStep(sequence), [x.shape[0], 1, features]);
      return sideBySide(lastStep(hidden), lastStep(backward.run(ops, last)));
    },
    write(writer, from) {
      const sequence = writer.node(reshape, { newShape: [steps, features] }, [from], `${name}/sequence`);
      const all = { sequence, units: layer.units, returnSequences };
      // The last node has the layer's name.
      const isWhole = backward === null && !returnSequences;
      const parts = [writeLoop(writer, forward, all, "forward", isWhole ? name : `${name}/forward`)];
      if (backward !== null && returnSequences) {
        parts.push(writeLoop(writer, backward, all, "backward", `${name}/backward`));
      } else if (backward !== null) {
        parts.push(writeLastStep(writer, backward, sequence, `${name}/backward`));
      }
      const hidden =
        parts.length === 1
          ? parts[0]!
          : writer.node(concatenation, { axis: 1 }, parts, returnSequences ? `${name}/both` : name);
      if (!returnSequences) return hidden;
      const newShape = [1, 1, ...writer.shapeOf(hidden)];
      return writer.node(reshape, { newShape }, [hidden], name);
    },
  };
}

interface Recurrence {
  /** [T, C]. */
  readonly sequence: string;
  readonly units: number;
  readonly returnSequences: boolean;
}

type Direction = "forward" | "backward";

/** What the loop carries, in its order; without returnSequences there are no rows. */
const COUNTER = "step number";
const SEQUENCE = "sequence";
const HIDDEN = "hidden";
const ROWS = "rows";

/**
 * A WHILE over the time steps, backward from the last one on: hidden states [T, U] in the order of time, or the last one
 * computed, [1, U].
 */
function writeLoop(
  writer: GraphBuilder,
  cell: RecurrentCell,
  { sequence, units, returnSequences }: Recurrence,
  direction: Direction,
  name: string,
): string {
  const [steps, features] = writer.shapeOf(sequence) as readonly [number, number];
  if (steps === 1) return cell.writeStep(writer, sequence, null, name);
  const carrying = (subgraph: string): GraphBuilder => {
    const b = buildGraph(`${name} ${subgraph}`, COUNTER, [1], "int32");
    b.input(SEQUENCE, [steps, features]);
    b.input(HIDDEN, [1, units]);
    if (returnSequences) b.input(ROWS, [steps, units]);
    return b;
  };
  const attrs = {
    cond: writeCondition(carrying("condition"), steps, direction),
    body: writeBody(carrying("body"), cell, direction, returnSequences ? [steps, units] : null),
  };
  const first = direction === "forward" ? 0 : steps - 1;
  const zeros = (what: string, rows: number): string =>
    writer.constant(`${name}/${what}`, [rows, units], new Float32Array(rows * units));
  const start = [
    writer.constant(`${name}/first step`, [1], Int32Array.of(first)),
    sequence,
    zeros("zeros", 1),
    ...(returnSequences ? [zeros("no rows", steps)] : []),
  ];
  const [counter, kept, last] = [`${name}/steps`, `${name}/same sequence`, `${name}/last`];
  writer.nodes(
    whileLoop,
    attrs,
    start,
    returnSequences ? [counter, kept, last, name] : [counter, kept, name],
  );
  return name;
}

/** The hidden state after the last time step alone, from zero: [1, U]. */
function writeLastStep(writer: GraphBuilder, cell: RecurrentCell, sequence: string, name: string): string {
  const [steps, features] = writer.shapeOf(sequence) as readonly [number, number];
  const block = { begin: [steps - 1, 0], size: [1, features] };
  const last = writer.node(slice, block, [sequence], `${name}/input`);
  return cell.writeStep(writer, last, null, name);
}

/** Forward while the step's number is below their count, backward while −1 is below it. */
function writeCondition(b: GraphBuilder, steps: number, direction: Direction): Subgraph {
  const limit = b.constant("limit", [1], Int32Array.of(direction === "forward" ? steps : -1));
  const sides = direction === "forward" ? ([COUNTER, limit] as const) : ([limit, COUNTER] as const);
  return b.buildSubgraph([b.node(less, {}, sides, "goes on")]);
}

/**
 * One step. The rows are a shift register of the hidden states: the new one comes in at the end forward, and at the
 * beginning backward, so that after as many steps as there are rows both are in the order of time.
 */
function writeBody(
  b: GraphBuilder,
  cell: RecurrentCell,
  direction: Direction,
  rows: readonly [steps: number, units: number] | null,
): Subgraph {
  const forward = direction === "forward";
  const step = b.node(gather, { axis: 0, batchDims: 0 }, [SEQUENCE, COUNTER], "step");
  const hidden = cell.writeStep(b, step, HIDDEN, "next hidden");
  const by = b.constant("to the next", [1], Int32Array.of(forward ? 1 : -1));
  const counter = b.node(add, { activation: "NONE" }, [COUNTER, by], "next step number");
  const carried = [counter, SEQUENCE, hidden];
  if (rows === null) return b.buildSubgraph(carried);
  const [steps, units] = rows;
  const kept = {
    begin: [forward ? 1 : 0, 0],
    end: [forward ? steps : steps - 1, units],
    strides: [1, 1],
    beginMask: 0,
    endMask: 0,
    shrinkAxisMask: 0,
  };
  const others = b.node(stridedSlice, kept, [ROWS], "other rows");
  const order = forward ? [others, hidden] : [hidden, others];
  return b.buildSubgraph([...carried, b.node(concatenation, { axis: 0 }, order, "next rows")]);
}

/** Columns [first, first + count) of [rows, all], as the rows of TFLite's weights, [count, rows]. */
export function columns({ shape, values }: Parameter, first: number, count: number): Float32Array {
  const [rows, all] = shape as readonly [number, number];
  return Float32Array.from(
    { length: count * rows },
    (_, i) => values[(i % rows) * all + first + Math.floor(i / rows)]!,
  );
}

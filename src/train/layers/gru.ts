// A gated recurrent unit whose reset gate multiplies the candidate's recurrent sum, as in Keras (reset_after) and PyTorch.
import type * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../../ir/builder.ts";
import { add, fullyConnected, logistic, mul, sub, tanh } from "../../ops/index.ts";
import type { LayerOf } from "../../spec/model.ts";
import type { Random } from "../../util/random.ts";
import { createVector, createWeights, type Parameter } from "../parameters.ts";
import type { LayerBuilder } from "./layer.ts";
import { columns, type RecurrentCell, recurrentLayer } from "./recurrent.ts";

const NONE = { activation: "NONE" } as const;
/** Places in weights and bias, in units. */
const PARTS = { update: 0, reset: 1, candidate: 2, recurrentCandidate: 3 } as const;
const GATES = 3;

export const gru: LayerBuilder<LayerOf<"gru">> = (layer, name, random) =>
  recurrentLayer(layer, name, (own, features) => createCell(own, features, layer.units, random));

function createCell(name: string, features: number, units: number, random: Random): RecurrentCell {
  const all = GATES * units;
  const weights = createWeights(
    `${name}/weights`,
    [features, all],
    { in: features, out: all },
    false,
    random,
  );
  const recurrent = createWeights(`${name}/recurrent`, [units, all], { in: units, out: all }, false, random);
  const bias = createVector(`${name}/bias`, (GATES + 1) * units, 0);
  return {
    parameters: [weights, recurrent, bias],
    run: (ops, x) =>
      ops.gru(x, weights.tensor as tf.Tensor2D, recurrent.tensor as tf.Tensor2D, bias.tensor as tf.Tensor1D),
    writeStep: (writer, step, hidden, output) =>
      writeStep({ writer, weights, recurrent, bias, units, output }, step, hidden),
  };
}

interface Written {
  readonly writer: GraphBuilder;
  readonly weights: Parameter;
  readonly recurrent: Parameter;
  readonly bias: Parameter;
  readonly units: number;
  readonly output: string;
}

/**
 * The next hidden state is hidden + open · (candidate − hidden) with open = 1 − update: of the ways to write it this one
 * rounds what is kept not at all (docs/numerics.md). 1 − σ(s) = σ(−s), so that the update gate's numbers are negated.
 */
function writeStep(cell: Written, step: string, hidden: string | null): string {
  const { writer, output } = cell;
  const open = writer.node(logistic, {}, [gateSums(cell, "update", -1, step, hidden)], `${output}/open`);
  const reset = writer.node(logistic, {}, [gateSums(cell, "reset", 1, step, hidden)], `${output}/reset`);
  const fromInput = sums(cell, "candidate", cell.weights, step, biasOf(cell, PARTS.candidate));
  const recurrentBias = biasOf(cell, PARTS.recurrentCandidate);
  const fromHidden =
    hidden === null
      ? writer.constant(`${output}/recurrent candidate`, [1, cell.units], recurrentBias)
      : sums(cell, "candidate", cell.recurrent, hidden, recurrentBias);
  const part = writer.node(mul, NONE, [reset, fromHidden], `${output}/recurrent part`);
  const whole = writer.node(add, NONE, [fromInput, part], `${output}/candidate sums`);
  const candidate = writer.node(tanh, {}, [whole], `${output}/candidate`);
  if (hidden === null) return writer.node(mul, NONE, [open, candidate], output);
  const distance = writer.node(sub, NONE, [candidate, hidden], `${output}/distance`);
  const moved = writer.node(mul, NONE, [open, distance], `${output}/moved`);
  return writer.node(add, NONE, [hidden, moved], output);
}

/** ± (W·x + R·hidden + b) of a gate; each product has a scale of its own. */
function gateSums(
  cell: Written,
  gate: "update" | "reset",
  sign: 1 | -1,
  step: string,
  hidden: string | null,
): string {
  const { writer, output, units } = cell;
  const fromInput = sums(cell, gate, cell.weights, step, biasOf(cell, PARTS[gate]), sign);
  if (hidden === null) return fromInput;
  const noBias = new Float32Array(units);
  const fromHidden = sums(cell, gate, cell.recurrent, hidden, noBias, sign);
  return writer.node(add, NONE, [fromInput, fromHidden], `${output}/${gate} sums`);
}

/** ± (one part's columns of the weights · from + bias), [1, U]. */
function sums(
  { writer, weights, units, output }: Written,
  gate: "update" | "reset" | "candidate",
  source: Parameter,
  from: string,
  bias: Float32Array,
  sign: 1 | -1 = 1,
): string {
  const name = `${output}/${gate} from ${source === weights ? "input" : "hidden"}`;
  const signed = (values: Float32Array): Float32Array => values.map((value) => sign * value);
  const own = columns(source, PARTS[gate] * units, units);
  const inputs = [
    from,
    writer.constant(`${name}/weights`, [units, source.shape[0]!], signed(own)),
    writer.constant(`${name}/bias`, [units], signed(bias)),
  ] as const;
  return writer.node(fullyConnected, NONE, inputs, name);
}

function biasOf({ bias, units }: Written, part: number): Float32Array {
  return bias.values.slice(part * units, (part + 1) * units);
}

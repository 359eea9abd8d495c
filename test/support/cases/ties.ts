// Layers whose biases stand where one rounding of their multiplier gives another value than the next: random weights
// meet such a place once in millions of values. They tell a product of scales in float from one in double.
import type { Graph } from "../../../src/ir/graph.ts";
import type { AnyOp } from "../../../src/ir/op.ts";
import type { DType, Tensor, TensorData } from "../../../src/ir/tensor.ts";
import { fullyConnected, unidirectionalSequenceLstm } from "../../../src/ops/index.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../../../src/util/fixedpoint.ts";
import { type Random, seededRandom } from "../../../src/util/random.ts";

const UNITS = 24;
const FEATURES = 2;
const GATES = [0, 1, 2, 3];
/** Scale of an LSTM's gates before their activation: Q3.12. */
const GATE_SCALE = 2 ** -12;

/** A dense layer of zero weights: its outputs are its requantised biases. */
export function randomTiedDense(seed: string): Graph {
  const random = seededRandom(seed);
  for (;;) {
    const [input, weight] = [scaleNear(random, -5), scaleNear(random, -5)];
    const output = Math.fround(input * weight * 2 ** 22 * (1 + random.uniform()));
    const bias = tiedBiases(random, input, weight, output, 100);
    if (bias === null) continue;
    const tensors = [
      tensor("input", "int8", [1, FEATURES], input),
      tensor("w", "int8", [UNITS, FEATURES], weight, new Int8Array(UNITS * FEATURES)),
      tensor("b", "int32", [UNITS], Math.fround(input * weight), bias),
      tensor("output", "int8", [1, UNITS], output),
    ];
    return single(fullyConnected, { activation: "NONE" }, tensors);
  }
}

/** An LSTM of zero weights and one step: its gates are its requantised biases. */
export function randomTiedLstm(seed: string): Graph {
  const random = seededRandom(seed);
  for (;;) {
    const input = scaleNear(random, -8);
    const weights = GATES.map(() => scaleNear(random, -23));
    const biases = weights.map((weight) => tiedBiases(random, input, weight, GATE_SCALE, 6000));
    if (biases.includes(null)) continue;
    const zeros = (count: number): Int8Array => new Int8Array(count);
    const tensors = [
      tensor("input", "int8", [1, 1, FEATURES], input),
      ...weights.map((scale, k) =>
        tensor(`w${k}`, "int8", [UNITS, FEATURES], scale, zeros(UNITS * FEATURES)),
      ),
      ...GATES.map((k) => tensor(`r${k}`, "int8", [UNITS, UNITS], 2 ** -7, zeros(UNITS * UNITS))),
      ...biases.map((bias, k) => tensor(`b${k}`, "int32", [UNITS], Math.fround(input * weights[k]!), bias)),
      tensor("output", "int8", [1, 1, UNITS], Math.fround(1 / 127)),
    ];
    return single(unidirectionalSequenceLstm, { timeMajor: false, cellClip: 0, cellExponent: -12 }, tensors);
  }
}

function scaleNear(random: Random, exponent: number): number {
  return Math.fround(2 ** (exponent + 2 * random.uniform() - 1));
}

/** Sums that both products of the scales requantise differently; null where the products are the same. */
function tiedBiases(
  random: Random,
  input: number,
  weight: number,
  output: number,
  reach: number,
): Int32Array<ArrayBuffer> | null {
  const double = quantizeMultiplier((input * weight) / output);
  const float = quantizeMultiplier(Math.fround(input * weight) / output);
  const differ = (sum: number): boolean =>
    multiplyByQuantizedMultiplier(sum, double.mantissa, double.shift) !==
    multiplyByQuantizedMultiplier(sum, float.mantissa, float.shift);
  const found: number[] = [];
  for (let tries = 0; tries < 50_000 && found.length < UNITS; tries++) {
    const tie = random.integer(2 * reach) - reach + 0.5;
    const sum = Math.round((tie * output) / (input * weight)) + random.integer(33) - 16;
    if (Math.abs(sum) < 2 ** 31 && differ(sum)) found.push(sum);
  }
  return found.length < UNITS ? null : Int32Array.from(found);
}

function tensor(
  name: string,
  dtype: DType,
  shape: readonly number[],
  scale: number,
  constant: TensorData | null = null,
): Tensor {
  return { name, dtype, shape, quant: { kind: "perTensor", scale, zeroPoint: 0 }, constant };
}

/** One operator from "input" and the constants to "output". */
function single(op: AnyOp, attrs: object, tensors: readonly Tensor[]): Graph {
  const names = tensors.map(({ name }) => name);
  return {
    name: "ties",
    tensors: new Map(tensors.map((one) => [one.name, one])),
    nodes: [{ op, attrs, inputs: names.slice(0, -1), outputs: ["output"] }],
    input: "input",
    output: "output",
    metadata: null,
  };
}

// The integer LSTM as TFLite Micro computes it: every gate is an input product with bias and a recurrent product
// without, each rounded to int16 in Q3.12, then a saturating sum; gates are Q0.15, the cell is int16.
import type { Each, Operand, Outputs } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import {
  clampInt8,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundingDivideByPowerOfTwo,
} from "../util/fixedpoint.ts";
import { logisticInt16, tanhInt16, tanhScaling } from "./int16-activations.ts";
import { GATES, gateInputs, type LstmAttrs, type LstmRoles, lstmSizes, rowOf } from "./lstm-layout.ts";
import { asInt8, asInt32, type ChannelMultipliers, perTensor, toChannelMultipliers } from "./quantization.ts";

/** Scale of a gate before its activation: Q3.12. */
const SUM_SCALE = 2 ** -12;
/** Scale of a gate, and of tanh of the cell: Q0.15. */
const GATE_SCALE = 2 ** -15;

/** Both products that make a cell are multiplied by a power of two: 2^−15, and 2^−(30 + exponent). */
const KEPT_SHIFT = 15 - 1;
export function addedShift(exponent: number): number {
  return 30 + exponent - 1;
}

export function bindLstmInt8(
  attrs: LstmAttrs,
  inputs: Each<LstmRoles, Operand>,
  [output]: Outputs<Operand>,
): () => void {
  const all: readonly Operand[] = inputs;
  const sizes = lstmSizes(attrs, all.map(({ tensor }) => tensor) as unknown as Each<LstmRoles, Tensor>);
  const { batch, steps, features, units } = sizes;
  const [x, y] = [asInt8(inputs[0].data), asInt8(output.data)];
  const hidden = attrs.hidden ?? perTensor(output.tensor);
  const biases = GATES.map((_, k) => asInt32(all[gateInputs(k).bias]!.data));
  const outer = pack(
    inputs[0].tensor,
    GATES.map((_, k) => all[gateInputs(k).input]!),
    biases,
  );
  const inner = pack(
    { ...output.tensor, quant: hidden },
    GATES.map((_, k) => all[gateInputs(k).recurrent]!),
    null,
  );
  const exponent = attrs.cellExponent!;
  const cellTanh = tanhScaling(exponent);
  const gateTanh = tanhScaling(-12);
  const productShift = addedShift(exponent);
  const limit = cellLimit(attrs, exponent);
  const rescale = quantizeMultiplier(hiddenMultiplier(hidden));

  /** A window starts with a state of zeros. Later the last step's output is the state. */
  const start = new Int8Array(units).fill(hidden.zeroPoint);
  const cells = new Int16Array(units);
  const outerSums = new Int32Array(GATES.length);
  const innerSums = new Int32Array(GATES.length);

  const step = (from: number, state: Int8Array, stateFrom: number, to: number): void => {
    for (let unit = 0; unit < units; unit++) {
      multiply(outer, unit, x, from, features, outerSums);
      multiply(inner, unit, state, stateFrom, units, innerSums);
      const inputGate = logisticInt16(gateSum(0));
      const forgetGate = logisticInt16(gateSum(1));
      const cellGate = tanhInt16(gateSum(2), gateTanh.multiplier, gateTanh.shift);
      const outputGate = logisticInt16(gateSum(3));
      const kept = clampInt16(roundingDivideByPowerOfTwo(half(forgetGate * cells[unit]!), KEPT_SHIFT));
      const added = clampInt16(roundingDivideByPowerOfTwo(half(inputGate * cellGate), productShift));
      const cell = Math.min(Math.max(clampInt16(kept + added), -limit), limit);
      cells[unit] = cell;
      const product = tanhInt16(cell, cellTanh.multiplier, cellTanh.shift) * outputGate;
      const value = multiplyByQuantizedMultiplier(product, rescale.mantissa, rescale.shift);
      y[to + unit] = clampInt8(value + hidden.zeroPoint);
    }
  };
  const gateSum = (gate: number): number =>
    clampInt16(requantize(outer, outerSums, gate) + requantize(inner, innerSums, gate));

  return () => {
    for (let b = 0; b < batch; b++) {
      cells.fill(0);
      step(rowOf(attrs, sizes, b, 0) * features, start, 0, rowOf(attrs, sizes, b, 0) * units);
      for (let t = 1; t < steps; t++) {
        const row = rowOf(attrs, sizes, b, t);
        step(row * features, y, rowOf(attrs, sizes, b, t - 1) * units, row * units);
      }
    }
  };
}

/** What brings the gates' sums to Q3.12. As in FULLY_CONNECTED, the product of the scales is a double. */
export function gateMultipliers({ scale }: PerTensorQuantization, weights: readonly Tensor[]): number[] {
  return weights.map((tensor) => (scale * perTensor(tensor).scale) / SUM_SCALE);
}

/** What brings output gate times tanh of the cell to the hidden state. */
export function hiddenMultiplier({ scale }: PerTensorQuantization): number {
  return (GATE_SCALE * GATE_SCALE) / scale;
}

/** The four gates' weights side by side, so that one pass over the input serves them all. */
interface PackedGates {
  /** [unit][input][gate], zero points taken off. */
  readonly weights: Int16Array;
  /** [unit][gate]: the bias less what the input's zero point adds. */
  readonly starts: Int32Array;
  readonly multipliers: ChannelMultipliers;
}

function pack(input: Tensor, gates: readonly Operand[], biases: readonly Int32Array[] | null): PackedGates {
  const { zeroPoint } = perTensor(input);
  const [units, depth] = gates[0]!.tensor.shape as [number, number];
  const count = gates.length;
  const weights = new Int16Array(units * depth * count);
  const starts = new Int32Array(units * count);
  gates.forEach(({ tensor, data }, gate) => {
    const weightZero = perTensor(tensor).zeroPoint;
    for (let unit = 0; unit < units; unit++) {
      let sum = 0;
      for (let i = 0; i < depth; i++) {
        const weight = data[unit * depth + i]! - weightZero;
        weights[(unit * depth + i) * count + gate] = weight;
        sum += weight;
      }
      starts[unit * count + gate] = (biases?.[gate]![unit] ?? 0) - zeroPoint * sum;
    }
  });
  const reals = gateMultipliers(
    perTensor(input),
    gates.map(({ tensor }) => tensor),
  );
  return { weights, starts, multipliers: toChannelMultipliers(reals) };
}

function multiply(
  { weights, starts }: PackedGates,
  unit: number,
  data: Int8Array,
  from: number,
  depth: number,
  sums: Int32Array,
): void {
  let a = starts[unit * 4]!;
  let b = starts[unit * 4 + 1]!;
  let c = starts[unit * 4 + 2]!;
  let d = starts[unit * 4 + 3]!;
  let at = unit * depth * 4;
  for (let i = from; i < from + depth; i++, at += 4) {
    const value = data[i]!;
    a = (a + weights[at]! * value) | 0;
    b = (b + weights[at + 1]! * value) | 0;
    c = (c + weights[at + 2]! * value) | 0;
    d = (d + weights[at + 3]! * value) | 0;
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

function requantize({ multipliers }: PackedGates, sums: Int32Array, gate: number): number {
  const { mantissas, shifts } = multipliers;
  return clampInt16(multiplyByQuantizedMultiplier(sums[gate]!, mantissas[gate]!, shifts[gate]!));
}

/** The doubling high product with 2^30, the mantissa of every power of two: half, rounded up. */
function half(x: number): number {
  return (x + 1) >> 1;
}

/** CreateLstmCellStateInfo: cut off, not rounded. */
export function cellLimit({ cellClip }: LstmAttrs, exponent: number): number {
  if (cellClip === 0) return Infinity;
  return Math.trunc(Math.min(Math.fround(cellClip) / 2 ** exponent, 32767));
}

function clampInt16(x: number): number {
  return x < -32768 ? -32768 : x > 32767 ? 32767 : x;
}

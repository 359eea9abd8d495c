// What the float and the int8 LSTM share: attributes, inputs, sizes, and where a step of a sequence lies in memory.
import { type Each, ShapeError } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";

export interface LstmAttrs {
  /** [time, batch, …] instead of [batch, time, …]. */
  readonly timeMajor: boolean;
  /** The cell's magnitude is cut off there; 0 for no limit. */
  readonly cellClip: number;
  /** The cell state's scale in an int8 graph is 2^cellExponent; null in a float graph. */
  readonly cellExponent: number | null;
  /**
   * The hidden state's scale and zero point where they are not the output tensor's: TensorFlow's converter leaves them
   * so before a CONCATENATION, and the kernel computes with the state's.
   */
  readonly hidden?: PerTensorQuantization;
}

/** Input; input weights and recurrent weights of the input, forget, cell and output gate; their biases. */
export const LSTM_ROLES = [
  "activation",
  "weight",
  "weight",
  "weight",
  "weight",
  "weight",
  "weight",
  "weight",
  "weight",
  "bias",
  "bias",
  "bias",
  "bias",
] as const;
export type LstmRoles = typeof LSTM_ROLES;
export const GATES = ["input", "forget", "cell", "output"] as const;

/** Positions among the node's inputs of what a gate multiplies and adds. */
export const gateInputs = (
  gate: number,
): { readonly input: number; readonly recurrent: number; readonly bias: number } => ({
  input: 1 + gate,
  recurrent: 5 + gate,
  bias: 9 + gate,
});

/**
 * Cell scales with which the kernel's 32-bit arithmetic does not overflow: the product of two gates is shifted right
 * by −29 − exponent, tanh's input left by 12 + exponent.
 */
export const CELL_EXPONENTS = { min: -29, max: 2 } as const;

export interface LstmSizes {
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
}

/** @throws ShapeError where a shape or an attribute does not fit */
export function lstmSizes(attrs: LstmAttrs, inputs: Each<LstmRoles, Tensor>): LstmSizes {
  checkAttributes(attrs, inputs[0]);
  const [first, second, features] = inputs[0].shape;
  const units = inputs[1].shape[0];
  if (inputs[0].shape.length !== 3 || first === undefined || second === undefined || features === undefined) {
    const expected = attrs.timeMajor ? "[time, batch, features]" : "[batch, time, features]";
    throw new ShapeError(`its input has shape [${inputs[0].shape.join(", ")}], ${expected} expected`);
  }
  if (units === undefined) throw new ShapeError("its input weights are a scalar, [units, features] expected");
  const all: readonly Tensor[] = inputs;
  GATES.forEach((gate, k) => {
    const at = gateInputs(k);
    check(all[at.input]!, `${gate} gate's input weights`, [units, features]);
    check(all[at.recurrent]!, `${gate} gate's recurrent weights`, [units, units]);
    check(all[at.bias]!, `${gate} gate's bias`, [units]);
  });
  return attrs.timeMajor
    ? { batch: second, steps: first, features, units }
    : { batch: first, steps: second, features, units };
}

function check(tensor: Tensor, what: string, shape: readonly number[]): void {
  if (tensor.shape.join() === shape.join()) return;
  throw new ShapeError(
    `its ${what}, ${tensor.name}, have shape [${tensor.shape.join(", ")}], [${shape.join(", ")}] expected`,
  );
}

function checkAttributes({ cellClip, cellExponent }: LstmAttrs, input: Tensor): void {
  if (!(cellClip >= 0 && Number.isFinite(cellClip))) {
    throw new ShapeError(`its cell clip is ${cellClip}; 0 (none) or a positive number expected`);
  }
  if (input.dtype !== "int8") {
    if (cellExponent !== null) throw new ShapeError(`its cell has a scale, but its input is ${input.dtype}`);
    return;
  }
  const { min, max } = CELL_EXPONENTS;
  if (cellExponent === null) throw new ShapeError("its cell has no scale");
  if (!(Number.isInteger(cellExponent) && cellExponent >= min && cellExponent <= max)) {
    throw new ShapeError(`its cell's scale is 2^${cellExponent}; 2^${min} to 2^${max} are supported`);
  }
}

/** Index of the row (of features or units) that holds a batch's step. */
export function rowOf({ timeMajor }: LstmAttrs, { batch, steps }: LstmSizes, b: number, t: number): number {
  return timeMajor ? t * batch + b : b * steps + t;
}

// UNIDIRECTIONAL_SEQUENCE_LSTM: one LSTM layer over a whole sequence; the output is the hidden state of every step.
// State is zero at the start of every window: on the band the interpreter is reset before each inference.
import { type ExtraInput, type FileOperator, type Op, type Outputs, ShapeError } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { frexp } from "../util/fixedpoint.ts";
import { emitLstm } from "./lstm-emit.ts";
import { bindLstmFloat } from "./lstm-float.ts";
import { bindLstmInt8 } from "./lstm-int8.ts";
import { GATES, LSTM_ROLES, type LstmAttrs, type LstmRoles, lstmSizes } from "./lstm-layout.ts";

export type { LstmAttrs } from "./lstm-layout.ts";

/** ActivationFunctionType of the cell gate; the schema has no name for the logistic function. */
const TANH = 4;
/** Positions among the 24 inputs of a file. */
const SLOT = { biases: 12, outputState: 18, cellState: 19, count: 24 } as const;
/** Inputs of variants that TFLite Micro does not compute. */
const VARIANTS: readonly { readonly what: string; readonly slots: readonly number[] }[] = [
  { what: "peephole weights", slots: [9, 10, 11] },
  { what: "a projection", slots: [16, 17] },
  { what: "layer normalisation", slots: [20, 21, 22, 23] },
];
/** Cell scales that every runtime computes with (full TFLite's tanh knows these); calibration stays inside. */
const CALIBRATED_EXPONENTS = { min: -15, max: -9 } as const;

export const unidirectionalSequenceLstm: Op<LstmAttrs, LstmRoles> = {
  name: "UNIDIRECTIONAL_SEQUENCE_LSTM",
  roles: LSTM_ROLES,
  resolverMethod: "AddUnidirectionalSequenceLSTM",
  describe({ timeMajor, cellClip, cellExponent }) {
    const clip = cellClip === 0 ? "" : `, cell clip ${cellClip}`;
    const scale = cellExponent === null ? "" : `, cell scale 2^${cellExponent}`;
    return `${timeMajor ? "time" : "batch"} major${clip}${scale}`;
  },
  inferShapes(attrs, inputs) {
    const { batch, steps, units } = lstmSizes(attrs, inputs);
    return [attrs.timeMajor ? [steps, batch, units] : [batch, steps, units]];
  },
  macs(attrs, inputs) {
    const { batch, steps, features, units } = lstmSizes(attrs, inputs);
    return batch * steps * GATES.length * units * (features + units);
  },
  // With a zero point other than 0 older versions of full TFLite are wrong (docs/numerics.md).
  outputQuantization: () => ({ kind: "symmetric" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: bindLstmFloat,
  bindInt8: bindLstmInt8,
  emit: emitLstm,
  /** The cell state over the whole sequence. */
  internals(attrs, inputs) {
    const { batch, steps, units } = lstmSizes(attrs, inputs);
    return [[steps, batch, units]];
  },
  /** The smallest power of two that covers the cell, as TFLite's converter chooses it. */
  calibrate(attrs, [magnitude]) {
    const { min, max } = CALIBRATED_EXPONENTS;
    return { ...attrs, cellExponent: Math.min(Math.max(ceilLog2(magnitude!) - 15, min), max) };
  },
  tflite: {
    opcode: 44,
    optionsType: 71,
    slots: [0, 1, 2, 3, 4, 5, 6, 7, 8, ...GATES.map((_, gate) => SLOT.biases + gate)],
    inputs: SLOT.count,
    version: () => 1,
    write(builder, { timeMajor, cellClip }) {
      builder.startObject(6);
      builder.addFieldFloat32(1, cellClip, 0);
      builder.addFieldInt8(3, timeMajor ? 1 : 0, 0);
      builder.addFieldInt8(0, TANH, 0);
      return builder.endObject();
    },
    read: readAttrs,
    extraInputs: states,
    intermediates,
  },
};

function readAttrs(file: FileOperator): LstmAttrs {
  const { options, inputs } = file;
  if (inputs.length !== SLOT.count) {
    throw new ShapeError(`it lists ${inputs.length} inputs, ${SLOT.count} expected`);
  }
  for (const { what, slots } of VARIANTS) {
    const slot = slots.find((candidate) => inputs[candidate] !== null);
    if (slot !== undefined) throw new ShapeError(`its input ${slot} means ${what}, which is not supported`);
  }
  const activation = options.int8(0, 0);
  if (activation !== TANH) {
    throw new ShapeError(`fused activation code ${activation} is not supported (${TANH} TANH is)`);
  }
  const projectionClip = options.float32(2, 0);
  if (projectionClip !== 0) throw new ShapeError(`its projection clip is ${projectionClip}, 0 expected`);
  if (options.bool(4, false)) throw new ShapeError("asymmetric_quantize_inputs is not supported");
  if (options.bool(5, false)) throw new ShapeError("diagonal recurrent weights are not supported");
  const timeMajor = options.bool(3, false);
  return { timeMajor, cellClip: options.float32(1, 0), ...readStates(file, timeMajor) };
}

/** Checks the states, which the kernels believe. */
function readStates(file: FileOperator, timeMajor: boolean): Pick<LstmAttrs, "cellExponent" | "hidden"> {
  const [output] = file.outputs;
  const units = output.shape.at(-1) ?? 0;
  const expected = [output.shape[timeMajor ? 1 : 0] ?? 0, units];
  const int8 = output.dtype === "int8";
  const hidden = stateAt(file, SLOT.outputState, "output state", expected, output.dtype);
  const cell = stateAt(file, SLOT.cellState, "cell state", expected, int8 ? "int16" : output.dtype);
  if (!int8) return { cellExponent: null };
  const [kept, shown] = [quantizationOf(hidden), quantizationOf(output)];
  const alike = kept.scale === shown.scale && kept.zeroPoint === shown.zeroPoint;
  const { scale } = quantizationOf(cell);
  const { fraction, exponent } = frexp(scale);
  if (fraction !== 0.5) throw new ShapeError(`its cell state has scale ${scale}, a power of two expected`);
  return { cellExponent: exponent - 1, ...(alike ? {} : { hidden: kept }) };
}

function stateAt(
  file: FileOperator,
  slot: number,
  what: string,
  shape: readonly number[],
  dtype: string,
): Tensor {
  const state = file.inputs[slot] ?? null;
  if (state === null) throw new ShapeError(`its ${what} (input ${slot}) is left out`);
  if (!file.isVariable(slot)) throw new ShapeError(`its ${what}, ${state.name}, is not a variable`);
  if (state.dtype !== dtype) throw new ShapeError(`its ${what} is ${state.dtype}, ${dtype} expected`);
  if (state.shape.join() !== shape.join()) {
    throw new ShapeError(`its ${what} has shape [${state.shape.join(", ")}], [${shape.join(", ")}] expected`);
  }
  return state;
}

function quantizationOf({ name, quant }: Tensor): PerTensorQuantization {
  if (quant?.kind !== "perTensor") throw new ShapeError(`${name} has no scale of its own`);
  return quant;
}

/** The hidden state has its own scale or the output's, the cell a power of two. */
function states(
  attrs: LstmAttrs,
  inputs: readonly Tensor[],
  [output]: Outputs<Tensor>,
): readonly ExtraInput[] {
  const shape = [inputs[0]!.shape[attrs.timeMajor ? 1 : 0]!, output.shape.at(-1)!];
  const cell: Pick<Tensor, "dtype" | "quant"> =
    attrs.cellExponent === null
      ? { dtype: "float32", quant: null }
      : { dtype: "int16", quant: { kind: "perTensor", scale: 2 ** attrs.cellExponent, zeroPoint: 0 } };
  const state = (slot: number, tensor: Omit<Tensor, "shape" | "constant">): ExtraInput => ({
    slot,
    tensor: { ...tensor, shape, constant: null },
    variable: true,
  });
  return [
    state(SLOT.outputState, {
      name: "output_state",
      dtype: output.dtype,
      quant: attrs.hidden ?? output.quant,
    }),
    state(SLOT.cellState, { name: "cell_state", ...cell }),
  ];
}

/** Full TFLite takes the hidden state's scale and zero point from the fifth of these; the others are for show. */
function intermediates(
  attrs: LstmAttrs,
  _inputs: readonly Tensor[],
  [output]: Outputs<Tensor>,
): readonly Tensor[] {
  if (attrs.cellExponent === null) return [];
  const empty = { shape: [0], constant: null } as const;
  return [
    ...GATES.map((gate) => ({
      ...empty,
      name: `input_to_${gate}_intermediate`,
      dtype: "float32" as const,
      quant: null,
    })),
    {
      ...empty,
      name: "effective_hidden_scale_intermediate",
      dtype: "int8",
      quant: attrs.hidden ?? output.quant,
    },
  ];
}

/** The least k with x ≤ 2^k. */
function ceilLog2(x: number): number {
  if (x === 0) return -Infinity;
  const { fraction, exponent } = frexp(x);
  return fraction === 0.5 ? exponent - 1 : exponent;
}

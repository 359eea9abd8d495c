// The LSTM's kernel in C++: the constants that bindLstmInt8 works out, as tables.
import type { KernelCall, KernelField, KernelNumbers, KernelTable } from "../ir/kernel.ts";
import type { Each, Outputs } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { quantizeMultiplier } from "../util/fixedpoint.ts";
import { scalingOf } from "./channel-scaling.ts";
import { tanhScaling } from "./int16-activations.ts";
import { constantOf } from "./kernel-fields.ts";
import { addedShift, cellLimit, gateMultipliers, hiddenMultiplier } from "./lstm-int8.ts";
import { GATES, gateInputs, type LstmAttrs, type LstmRoles, lstmSizes } from "./lstm-layout.ts";
import { perTensor } from "./quantization.ts";
import { lstmWork } from "./work.ts";

/** Beyond int16: no limit. */
const NO_LIMIT = 32768;

export function emitLstm(
  attrs: LstmAttrs,
  inputs: Each<LstmRoles, Tensor>,
  [output]: Outputs<Tensor>,
): readonly KernelCall[] {
  const all: readonly Tensor[] = inputs;
  const { batch, steps, features, units } = lstmSizes(attrs, inputs);
  const hidden = attrs.hidden ?? perTensor(output);
  const exponent = attrs.cellExponent!;
  const tanh = tanhScaling(exponent);
  const rescale = quantizeMultiplier(hiddenMultiplier(hidden));
  const tensors = (part: "input" | "recurrent" | "bias"): Tensor[] =>
    GATES.map((_, gate) => all[gateInputs(gate)[part]]!);
  const cell: KernelField = [
    [
      addedShift(exponent),
      Math.min(cellLimit(attrs, exponent), NO_LIMIT),
      tanh.multiplier,
      tanh.shift,
      [rescale.mantissa, rescale.shift],
      [hidden.zeroPoint, -128, 127],
    ],
    "cell: shift of input gate times cell gate, limit, multiplier and shift for tanh, hidden state, output range",
  ];
  const cells: KernelField = [{ name: "Cells", type: "int16_t", length: units }, "cells"];
  const sizes: readonly KernelField[] = [
    [batch, "batches"],
    [steps, "steps"],
    [units, "units"],
    [attrs.timeMajor ? batch : 1, "rows from step to step"],
    [attrs.timeMajor ? 1 : steps, "rows from batch to batch"],
  ];
  const work = lstmWork(batch, steps, features, units);
  const outer = blockedProduct("Input", perTensor(inputs[0]), tensors("input"), tensors("bias"));
  const inner = blockedProduct("Recurrent", hidden, tensors("recurrent"), null);
  if (outer !== null && inner !== null) {
    return [
      {
        header: "blocked_lstm.h",
        function: "blockedLstm",
        parameters: "BlockedLstmParameters",
        fields: [...sizes, [outer, "input product"], [inner, "recurrent product"], cell, cells],
        inputs: [0],
        outputs: [0],
        work,
      },
    ];
  }
  return [
    {
      header: "unidirectional_sequence_lstm.h",
      function: "unidirectionalSequenceLstm",
      parameters: "LstmParameters",
      fields: [
        ...sizes,
        [product("InputWeights", features, perTensor(inputs[0]), tensors("input")), "input product"],
        [product("RecurrentWeights", units, hidden, tensors("recurrent")), "recurrent product"],
        [joined("Bias", "int32_t", tensors("bias")), "biases, gate by gate"],
        cell,
        cells,
      ],
      inputs: [0],
      outputs: [0],
      work,
    },
  ];
}

/** LstmProduct of the kernel. */
function product(
  name: string,
  depth: number,
  quant: PerTensorQuantization,
  weights: readonly Tensor[],
): KernelNumbers {
  return [
    depth,
    quant.zeroPoint,
    weights.map((tensor) => perTensor(tensor).zeroPoint),
    gateMultipliers(quant, weights).map((real) => {
      const { mantissa, shift } = quantizeMultiplier(real);
      return [mantissa, shift];
    }),
    joined(name, "int8_t", weights),
  ];
}

/**
 * BlockedLstmProduct of the kernel, or null where its short requantisation does not hold or weights have a zero point.
 */
function blockedProduct(
  name: string,
  quant: PerTensorQuantization,
  weights: readonly Tensor[],
  biases: readonly Tensor[] | null,
): KernelNumbers | null {
  const [units, depth] = weights[0]!.shape as [number, number];
  if (weights.some((tensor) => perTensor(tensor).zeroPoint !== 0)) return null;
  const multipliers = gateMultipliers(quant, weights).map(quantizeMultiplier);
  const scalings = Array.from({ length: units * GATES.length }, (_, i) => {
    const [unit, gate] = [Math.floor(i / GATES.length), i % GATES.length];
    const row = constantOf(weights[gate]!).slice(unit * depth, (unit + 1) * depth);
    const channel = { weights: [...row], bias: biases === null ? 0 : constantOf(biases[gate]!)[unit]! };
    return scalingOf(channel, quant.zeroPoint, 0, multipliers[gate]!);
  });
  if (!scalings.every((scaling) => scaling !== null)) return null;
  const values = Array.from({ length: units * depth * GATES.length }, (_, i) => {
    const row = Math.floor(i / GATES.length);
    return constantOf(weights[i % GATES.length]!)[row]!;
  });
  return [
    depth,
    // The units share their gates' multipliers; where a sum begins is in the table.
    scalings.slice(0, GATES.length).map(([, ...rest]) => [0, ...rest]),
    { name: `${name}Weights`, type: "int8_t", values },
    {
      name: `${name}Starts`,
      type: "int32_t",
      values: scalings.map(([start]) => start!),
      record: { type: "FourSums", members: GATES.length },
    },
  ];
}

function joined(name: string, type: KernelTable["type"], tensors: readonly Tensor[]): KernelTable {
  return { name, type, values: tensors.flatMap((tensor) => [...constantOf(tensor)]) };
}

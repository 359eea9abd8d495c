// The LSTM's kernel in C++: the constants that bindLstmInt8 works out, as tables.
import type { KernelCall, KernelNumbers, KernelTable } from "../ir/kernel.ts";
import type { Each, Outputs } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { quantizeMultiplier } from "../util/fixedpoint.ts";
import { tanhScaling } from "./int16-activations.ts";
import { constantOf, multiplierField } from "./kernel-fields.ts";
import { addedShift, cellLimit, gateMultipliers, hiddenMultiplier } from "./lstm-int8.ts";
import { GATES, gateInputs, type LstmAttrs, type LstmRoles, lstmSizes } from "./lstm-layout.ts";
import { perTensor } from "./quantization.ts";

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
  const tensors = (part: "input" | "recurrent" | "bias"): Tensor[] =>
    GATES.map((_, gate) => all[gateInputs(gate)[part]]!);
  return [
    {
      header: "unidirectional_sequence_lstm.h",
      function: "unidirectionalSequenceLstm",
      parameters: "LstmParameters",
      fields: [
        [batch, "batches"],
        [steps, "steps"],
        [units, "units"],
        [attrs.timeMajor ? batch : 1, "rows from step to step"],
        [attrs.timeMajor ? 1 : steps, "rows from batch to batch"],
        [product("InputWeights", features, perTensor(inputs[0]), tensors("input")), "input product"],
        [product("RecurrentWeights", units, hidden, tensors("recurrent")), "recurrent product"],
        [joined("Bias", "int32_t", tensors("bias")), "biases, gate by gate"],
        [addedShift(exponent), "shift of input gate times cell gate"],
        [Math.min(cellLimit(attrs, exponent), NO_LIMIT), "largest cell"],
        [tanh.multiplier, "the cell for tanh: multiplier"],
        [tanh.shift, "and shift"],
        multiplierField(quantizeMultiplier(hiddenMultiplier(hidden)), "hidden state"),
        [[hidden.zeroPoint, -128, 127], "output: zero point, least, largest"],
        [{ name: "Cells", type: "int16_t", length: units }, "cells"],
      ],
      inputs: [0],
      outputs: [0],
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

function joined(name: string, type: KernelTable["type"], tensors: readonly Tensor[]): KernelTable {
  return { name, type, values: tensors.flatMap((tensor) => [...constantOf(tensor)]) };
}

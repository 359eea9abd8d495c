// The LSTM's kernel in C++: the constants that bindLstmInt8 works out, as tables.
import type {
  KernelCall,
  KernelField,
  KernelNumbers,
  KernelScratch,
  KernelTable,
  KernelTarget,
} from "../ir/kernel.ts";
import type { Each, Outputs } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { type QuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { tanhScaling } from "./int16-activations.ts";
import { constantOf, multiplierField } from "./kernel-fields.ts";
import { addedShift, cellLimit, gateMultipliers, hiddenMultiplier } from "./lstm-int8.ts";
import { GATES, gateInputs, type LstmAttrs, type LstmRoles, lstmSizes } from "./lstm-layout.ts";
import { type GateSums, gateScalings, gateSums, wideGateScalings } from "./lstm-sums.ts";
import { mac16Lstm } from "./mac16-lstm.ts";
import { perTensor } from "./quantization.ts";
import { lstmWork } from "./work.ts";

/** Beyond int16: no limit. */
const NO_LIMIT = 32768;

export function emitLstm(
  attrs: LstmAttrs,
  inputs: Each<LstmRoles, Tensor>,
  [output]: Outputs<Tensor>,
  target: KernelTarget,
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
    [addedShift(exponent), Math.min(cellLimit(attrs, exponent), NO_LIMIT), tanh.multiplier, tanh.shift],
    "cell: shift of input gate times cell gate, limit, multiplier and shift for tanh",
  ];
  const scratch: readonly KernelScratch[] = [{ type: "int16_t", length: units }];
  const sizes: readonly KernelField[] = [
    [batch, "batches"],
    [steps, "steps"],
    [units, "units"],
    [attrs.timeMajor ? batch : 1, "rows from step to step"],
    [attrs.timeMajor ? 1 : steps, "rows from batch to batch"],
  ];
  const work = lstmWork(batch, steps, features, units);
  const outer = gateSums(perTensor(inputs[0]), tensors("input"), tensors("bias"));
  const inner = gateSums(hidden, tensors("recurrent"), null);
  const scaling = hiddenScaling(rescale, hidden.zeroPoint);
  if (outer !== null && inner !== null && scaling !== null) {
    const end: readonly KernelField[] = [
      cell,
      [scaling, "hidden state: no start, mantissa, rounding, shift"],
      [[-128, 127], "its least and largest value"],
    ];
    const isWide = outer.isWide || inner.isWide;
    // Weights in int16 take twice the flash, which a step or two does not repay.
    if (target.mac16 && steps > 2) return [mac16Lstm(sizes, { batch, steps }, outer, inner, end)];
    return [
      {
        header: "blocked_lstm.h",
        function: "blockedLstm",
        parameters: "BlockedLstmParameters",
        parametersOf: [isWide ? "WideScaling" : "ChannelScaling"],
        fields: [
          ...sizes,
          [blockedProduct("Input", outer, isWide), "input product"],
          [blockedProduct("Recurrent", inner, isWide), "recurrent product"],
          ...end,
        ],
        scratch,
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
        multiplierField(rescale, "hidden state"),
        [[hidden.zeroPoint, -128, 127], "hidden state: zero point, least, largest"],
      ],
      scratch,
      inputs: [0],
      outputs: [0],
      work,
    },
  ];
}

/** ChannelScaling of the kernels for output gate times tanh of the cell, which is below 2^30; null where it does not hold. */
function hiddenScaling({ mantissa, shift }: QuantizedMultiplier, zeroPoint: number): KernelNumbers | null {
  const rounding = 2 ** (-shift - 1) + zeroPoint * 2 ** -shift;
  if (shift > -1 || 2 ** 29 + Math.abs(rounding) >= 2 ** 31) return null;
  return [0, mantissa, rounding, -shift];
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

/** BlockedLstmProduct of the kernel. */
function blockedProduct(name: string, sums: GateSums, isWide: boolean): KernelNumbers {
  const { weights, depth, units, scalings } = sums;
  const values = Array.from({ length: units * depth * GATES.length }, (_, i) => {
    const row = Math.floor(i / GATES.length);
    return constantOf(weights[i % GATES.length]!)[row]!;
  });
  // [unit, gate] from [gate, unit].
  const starts = Array.from({ length: units }, (_, unit) => scalings.map((gate) => gate[unit]![0]!)).flat();
  return [
    depth,
    isWide ? wideGateScalings(sums) : gateScalings(sums),
    { name: `${name}Weights`, type: "int8_t", values },
    {
      name: `${name}Starts`,
      type: "int32_t",
      values: starts,
      record: { type: "FourSums", members: GATES.length },
    },
  ];
}

function joined(name: string, type: KernelTable["type"], tensors: readonly Tensor[]): KernelTable {
  return { name, type, values: tensors.flatMap((tensor) => [...constantOf(tensor)]) };
}

// SUM over any axes.
import type { Tensor } from "../ir/tensor.ts";
import { type QuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";
import { reduceOp } from "./reduce.ts";
import { bindSumFloat, bindSumInt8, emitSum } from "./reduce-sum.ts";

export const sum = reduceOp(
  { name: "SUM", resolverMethod: "AddSum", opcode: 74 },
  {
    outputQuantization: () => ({ kind: "calibrated" }),
    bindFloat: (attrs, [input], [output]) => bindSumFloat(attrs, input, output, 1),
    bindInt8: (attrs, [input], [output]) =>
      bindSumInt8(attrs, input, output, multiplierOf(input.tensor, output.tensor)),
    emit: (attrs, [input], [output]) => emitSum(attrs, input, output, multiplierOf(input, output)),
  },
);

function multiplierOf(input: Tensor, output: Tensor): QuantizedMultiplier {
  return quantizeMultiplier(perTensor(input).scale / perTensor(output).scale);
}

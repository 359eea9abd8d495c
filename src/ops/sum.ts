// SUM over any axes.
import { quantizeMultiplier } from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";
import { reduceOp } from "./reduce.ts";
import { bindSumFloat, bindSumInt8 } from "./reduce-sum.ts";

export const sum = reduceOp(
  { name: "SUM", resolverMethod: "AddSum", opcode: 74 },
  {
    outputQuantization: () => ({ kind: "calibrated" }),
    bindFloat: (attrs, [input], [output]) => bindSumFloat(attrs, input, output, 1),
    bindInt8(attrs, [input], [output]) {
      const real = perTensor(input.tensor).scale / perTensor(output.tensor).scale;
      return bindSumInt8(attrs, input, output, quantizeMultiplier(real));
    },
  },
);

// MEAN over any axes; in int8 the division is part of the multiplier.
import type { Tensor } from "../ir/tensor.ts";
import { type QuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";
import { type ReduceAttrs, reducedCount, reduceOp } from "./reduce.ts";
import { bindSumFloat, bindSumInt8, emitSum } from "./reduce-sum.ts";

export const mean = reduceOp(
  { name: "MEAN", resolverMethod: "AddMean", opcode: 40 },
  {
    outputQuantization: () => ({ kind: "calibrated" }),
    bindFloat: (attrs, [input], [output]) =>
      bindSumFloat(attrs, input, output, 1 / reducedCount(attrs, input.tensor)),
    bindInt8: (attrs, [input], [output]) =>
      bindSumInt8(attrs, input, output, multiplierOf(attrs, input.tensor, output.tensor)),
    emit: (attrs, [input], [output]) => emitSum(attrs, input, output, multiplierOf(attrs, input, output)),
  },
);

function multiplierOf(attrs: ReduceAttrs, input: Tensor, output: Tensor): QuantizedMultiplier {
  const real = perTensor(input).scale / perTensor(output).scale;
  return dividedBy(quantizeMultiplier(real), reducedCount(attrs, input));
}

/**
 * The multiplier divided by a count, as the kernel does it in 64 bits: the mantissa is first shifted left as far as the
 * count has bits, but never so far that the exponent would fall below −31.
 */
export function dividedBy({ mantissa, shift }: QuantizedMultiplier, count: number): QuantizedMultiplier {
  const bits = Math.min(31 - Math.clz32(count), 31 + shift);
  // Long division, a bit at a time: the shifted mantissa need not fit the 53 bits of a double.
  let quotient = Math.floor(mantissa / count);
  let remainder = mantissa % count;
  for (let bit = 0; bit < bits; bit++) {
    quotient *= 2;
    remainder *= 2;
    if (remainder >= count) {
      quotient++;
      remainder -= count;
    }
  }
  return { mantissa: quotient, shift: shift - bits };
}

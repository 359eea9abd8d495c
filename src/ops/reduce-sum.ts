// What MEAN and SUM share: sums in 32 bits, one requantisation.
import type { KernelCall } from "../ir/kernel.ts";
import type { Operand } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { clampInt8, multiplyByQuantizedMultiplier, type QuantizedMultiplier } from "../util/fixedpoint.ts";
import { multiplierField, rangeField } from "./kernel-fields.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";
import {
  REDUCE_OVERLAPS,
  type ReduceAttrs,
  reducedCount,
  reducedIndices,
  reduceFields,
  reduceWork,
} from "./reduce.ts";

/** @param factor that each sum is multiplied by */
export function bindSumFloat(
  attrs: ReduceAttrs,
  input: Operand,
  output: Operand,
  factor: number,
): () => void {
  const [x, y] = [asFloat32(input.data), asFloat32(output.data)];
  const indices = reducedIndices(attrs, input);
  const sums = new Float64Array(y.length);
  return () => {
    sums.fill(0);
    for (let i = 0; i < x.length; i++) sums[indices[i]!] = sums[indices[i]!]! + x[i]!;
    for (let i = 0; i < y.length; i++) y[i] = sums[i]! * factor;
  };
}

export function bindSumInt8(
  attrs: ReduceAttrs,
  input: Operand,
  output: Operand,
  { mantissa, shift }: QuantizedMultiplier,
): () => void {
  const [x, y] = [asInt8(input.data), asInt8(output.data)];
  const { zeroPoint } = perTensor(output.tensor);
  const offset = perTensor(input.tensor).zeroPoint * reducedCount(attrs, input.tensor);
  const indices = reducedIndices(attrs, input);
  const sums = new Int32Array(y.length);
  return () => {
    sums.fill(0);
    for (let i = 0; i < x.length; i++) sums[indices[i]!] = sums[indices[i]!]! + x[i]!;
    for (let i = 0; i < y.length; i++) {
      const scaled = multiplyByQuantizedMultiplier((sums[i]! - offset) | 0, mantissa, shift);
      y[i] = clampInt8(scaled + zeroPoint);
    }
  };
}

/** The kernel in C++. */
export function emitSum(
  attrs: ReduceAttrs,
  input: Tensor,
  output: Tensor,
  multiplier: QuantizedMultiplier,
): readonly KernelCall[] {
  const offset = perTensor(input).zeroPoint * reducedCount(attrs, input);
  const fields = [
    ...reduceFields(attrs, input),
    [offset, "input zero point, as often as there are values"],
    multiplierField(multiplier, "sum"),
    rangeField("NONE", output),
  ] as const;
  const names = { header: "reduce_sum.h", function: "reduceSum", parameters: "ReduceSumParameters" };
  return [
    {
      ...names,
      fields,
      inputs: [0],
      outputs: [0],
      overlaps: REDUCE_OVERLAPS,
      work: reduceWork(attrs, input),
    },
  ];
}

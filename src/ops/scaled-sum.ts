// What ADD and SUB share in int8: both inputs brought to twice the larger scale at 20 extra bits, then requantised.
import type { KernelCall } from "../ir/kernel.ts";
import { ShapeError } from "../ir/op.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { int8Range } from "./activation.ts";
import type { ArithmeticOp, Scales } from "./arithmetic.ts";
import { operandIndices, operandOverlaps, operandsField, operandsWork } from "./elementwise.ts";
import { multiplierField, rangeField } from "./kernel-fields.ts";
import { asInt8, perTensor, scaledValues } from "./quantization.ts";

/** The reference kernels' headroom for the sum, in bits. */
const LEFT_SHIFT = 20;

/** The sum's multiplier must stay below 1 (checkSumScales); at this part of the inputs' larger scale it is 1/2. */
export const SUM_QUANTIZATION = { kind: "calibrated", finest: 2 ** (2 - LEFT_SHIFT) } as const;

/** Real multipliers of both inputs and of their sum. */
function multipliers([a, b, y]: Scales): { readonly a: number; readonly b: number; readonly sum: number } {
  const twiceMax = 2 * Math.max(a.scale, b.scale);
  return { a: a.scale / twiceMax, b: b.scale / twiceMax, sum: twiceMax / (2 ** LEFT_SHIFT * y.scale) };
}

/** @param sign of the second input */
export function scaledSum(sign: 1 | -1): ArithmeticOp["bindInt8"] {
  return ({ activation }, [a, b], [output]) => {
    const [x, z, y] = [asInt8(a.data), asInt8(b.data), asInt8(output.data)];
    const [ia, ib] = operandIndices([a, b], output);
    const [qa, qb, qy] = [perTensor(a.tensor), perTensor(b.tensor), perTensor(output.tensor)];
    const real = multipliers([qa, qb, qy]);
    const left = scaledValues(qa, LEFT_SHIFT, real.a);
    const right = scaledValues(qb, LEFT_SHIFT, real.b).map((value) => sign * value);
    const { mantissa, shift } = quantizeMultiplier(real.sum);
    const { min, max } = int8Range(activation, output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) {
        const sum = left[x[ia[i]!]! + 128]! + right[z[ib[i]!]! + 128]!;
        const scaled = multiplyByQuantizedMultiplier(sum, mantissa, shift) + qy.zeroPoint;
        y[i] = Math.min(Math.max(scaled, min), max);
      }
    };
  };
}

/** QuantizeMultiplierSmallerThanOneExp stops the program at a multiplier of 1. */
export function checkSumScales(scales: Scales): void {
  const { sum } = multipliers(scales);
  if (sum >= 1) {
    throw new ShapeError(`its output scale ${scales[2].scale} is finer than 2^-19 of its inputs' larger one`);
  }
}

/** The kernel in C++. */
export function emitScaledSum(
  kernel: Pick<KernelCall, "header" | "function">,
): NonNullable<ArithmeticOp["emit"]> {
  return ({ activation }, [a, b], [output]) => {
    const [qa, qb] = [perTensor(a), perTensor(b)];
    const real = multipliers([qa, qb, perTensor(output)]);
    const fields = [
      operandsField([a, b], output),
      [qa.zeroPoint, "left zero point"],
      [qb.zeroPoint, "right zero point"],
      multiplierField(quantizeMultiplier(real.a), "left"),
      multiplierField(quantizeMultiplier(real.b), "right"),
      multiplierField(quantizeMultiplier(real.sum), "sum"),
      rangeField(activation, output),
    ] as const;
    const work = operandsWork([a, b], output);
    const overlaps = operandOverlaps([a, b], output);
    return [
      { ...kernel, parameters: "ScaledSumParameters", fields, inputs: [0, 1], outputs: [0], overlaps, work },
    ];
  };
}

// What ADD and SUB share in int8: both inputs brought to twice the larger scale at 20 extra bits, then requantised.
import type { KernelCall, KernelField } from "../ir/kernel.ts";
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import {
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  quantizeMultiplier,
} from "../util/fixedpoint.ts";
import { type FusedActivation, int8Range } from "./activation.ts";
import type { ArithmeticOp, Scales } from "./arithmetic.ts";
import { clampField } from "./channel-scaling.ts";
import { operandIndices, operandOverlaps, operandWalk } from "./elementwise.ts";
import { rangeField } from "./kernel-fields.ts";
import { asInt8, perTensor, scaledValues } from "./quantization.ts";
import { sumPlane } from "./sum-plane.ts";

/** The reference kernels' headroom for the sum, in bits. */
const LEFT_SHIFT = 20;

/** The sum's multiplier must stay below 1 (checkSumScales); at this part of the inputs' larger scale it is 1/2. */
export const SUM_QUANTIZATION = { kind: "calibrated", finest: 2 ** (2 - LEFT_SHIFT) } as const;

/** Real multipliers of both inputs and of their sum. */
function multipliers([a, b, y]: Scales): { readonly a: number; readonly b: number; readonly sum: number } {
  const twiceMax = 2 * Math.max(a.scale, b.scale);
  return { a: a.scale / twiceMax, b: b.scale / twiceMax, sum: twiceMax / (2 ** LEFT_SHIFT * y.scale) };
}

/** Of the second input. */
type Sign = 1 | -1;

/** The definition, by a table for each input. */
function scaledSums(
  activation: FusedActivation,
  [a, b]: readonly [Tensor, Tensor],
  output: Tensor,
  sign: Sign,
): (left: number, right: number) => number {
  const [qa, qb, qy] = [perTensor(a), perTensor(b), perTensor(output)];
  const real = multipliers([qa, qb, qy]);
  const lefts = scaledValues(qa, LEFT_SHIFT, real.a);
  const rights = scaledValues(qb, LEFT_SHIFT, real.b).map((value) => sign * value);
  const { mantissa, shift } = quantizeMultiplier(real.sum);
  const { min, max } = int8Range(activation, output);
  return (left, right) => {
    const sum = lefts[left + 128]! + rights[right + 128]!;
    const scaled = multiplyByQuantizedMultiplier(sum, mantissa, shift) + qy.zeroPoint;
    return Math.min(Math.max(scaled, min), max);
  };
}

export function scaledSum(sign: Sign): ArithmeticOp["bindInt8"] {
  return ({ activation }, [a, b], [output]) => {
    const [x, z, y] = [asInt8(a.data), asInt8(b.data), asInt8(output.data)];
    const [ia, ib] = operandIndices([a, b], output);
    const sumOf = scaledSums(activation, [a.tensor, b.tensor], output.tensor, sign);
    return () => {
      for (let i = 0; i < y.length; i++) y[i] = sumOf(x[ia[i]!]!, z[ib[i]!]!);
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

/** The kernel in C++: two products where a plane has all outputs, else what the definition does. */
export function emitScaledSum(
  kernel: Pick<KernelCall, "header" | "function">,
  sign: Sign,
): NonNullable<ArithmeticOp["emit"]> {
  return ({ activation }, inputs, [output]) => {
    const walk = operandWalk(inputs, output);
    const plane = planeFields(activation, inputs, output, sign);
    const fields = [walk.field, ...(plane ?? definitionFields(activation, inputs, output))];
    const overlaps = operandOverlaps(inputs, output);
    const common = { parametersOf: [walk.type], fields, inputs: [0, 1], outputs: [0], overlaps };
    return plane === null
      ? [{ ...kernel, parameters: "ScaledSumParameters", ...common, work: walk.longWork }]
      : [{ ...PLANE_SUM, ...common, work: walk.work }];
  };
}

const PLANE_SUM = {
  header: "plane_sum.h",
  function: "planeSum",
  parameters: "PlaneSumParameters",
} as const;

/** PlaneSumParameters but for the walk; null where no plane has all outputs. */
export function planeFields(
  activation: FusedActivation,
  [a, b]: readonly [Tensor, Tensor],
  output: Tensor,
  sign: Sign,
): readonly KernelField[] | null {
  const sumOf = scaledSums(activation, [a, b], output, sign);
  const outputs = new Int8Array(2 ** 16);
  for (let i = 0; i < outputs.length; i++) outputs[i] = sumOf((i >> 8) - 128, (i & 0xff) - 128);
  const [qa, qb, qy] = [perTensor(a), perTensor(b), perTensor(output)];
  const [left, right] = [qa.scale / qy.scale, (sign * qb.scale) / qy.scale];
  const start = qy.zeroPoint + 0.5 - left * qa.zeroPoint - right * qb.zeroPoint;
  const plane = sumPlane({ outputs, ...int8Range(activation, output), real: { left, right, start } });
  if (plane === null) return null;
  const numbers = [plane.left, plane.right, plane.start, plane.shift];
  return [
    [numbers, "plane over both stored inputs: its slopes, its start, shift"],
    clampField(activation, output),
  ];
}

/** ScaledSumParameters but for the walk. */
export function definitionFields(
  activation: FusedActivation,
  [a, b]: readonly [Tensor, Tensor],
  output: Tensor,
): readonly KernelField[] {
  const [qa, qb] = [perTensor(a), perTensor(b)];
  const real = multipliers([qa, qb, perTensor(output)]);
  return [
    [qa.zeroPoint, "left zero point"],
    [qb.zeroPoint, "right zero point"],
    [wideScaling(quantizeMultiplier(real.a), LEFT_SHIFT), `left: ${WIDE_MEMBERS}`],
    [wideScaling(quantizeMultiplier(real.b), LEFT_SHIFT), `right: ${WIDE_MEMBERS}`],
    [wideScaling(quantizeMultiplier(real.sum), 0), `sum: ${WIDE_MEMBERS}`],
    rangeField(activation, output),
  ];
}

const WIDE_MEMBERS = "start, mantissa, rounding, shift, left shift, sign";

/** WideScaling without a zero point, of a multiplier up to 1. Values that are shifted by `left` bits stay below 2^28. */
function wideScaling({ mantissa, shift }: QuantizedMultiplier, left: number): readonly number[] {
  if (shift >= 0) return [0, mantissa, 0, 0, left + shift, 0];
  return [0, mantissa, 2 ** (-shift - 1), -shift, left, -1];
}

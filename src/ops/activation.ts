// Fused activations: their codes in the file, and their clamps in float and int8.
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { INT32_MAX, roundHalfAway } from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";

export type FusedActivation = "NONE" | "RELU" | "RELU6";

/** ActivationFunctionType of the TFLite schema. */
const CODES: Readonly<Record<FusedActivation, number>> = { NONE: 0, RELU: 1, RELU6: 3 };

export function activationCode(activation: FusedActivation): number {
  return CODES[activation];
}

/** The activation of that code, or null for one that is not supported. */
export function activationOf(code: number): FusedActivation | null {
  const found = Object.entries(CODES).find(([, value]) => value === code);
  return found === undefined ? null : (found[0] as FusedActivation);
}

export function floatRange(activation: FusedActivation): { min: number; max: number } {
  return { min: activation === "NONE" ? -Infinity : 0, max: activation === "RELU6" ? 6 : Infinity };
}

/** CalculateActivationRangeQuantized: the bound divided by the scale in float32, rounded half away from zero. */
export function int8Range(activation: FusedActivation, output: Tensor): { min: number; max: number } {
  const { scale, zeroPoint } = perTensor(output);
  const quantized = (bound: number): number => zeroPoint + steps(bound, scale);
  return {
    min: activation === "NONE" ? -128 : Math.max(-128, quantized(0)),
    max: activation === "RELU6" ? Math.min(127, quantized(6)) : 127,
  };
}

function steps(bound: number, scale: number): number {
  return roundHalfAway(Math.fround(bound / scale));
}

/** @throws ShapeError where a clamp at 6 is more steps of the scale than the kernels can count */
export function checkClampScale(activation: FusedActivation, { name, quant }: Tensor): void {
  if (activation !== "RELU6" || quant?.kind !== "perTensor") return;
  if (steps(6, quant.scale) > INT32_MAX - 127) {
    throw new ShapeError(`${name} has scale ${quant.scale}, which is too fine for a clamp at 6`);
  }
}

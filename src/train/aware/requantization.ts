// How an operator's sums are rounded: int8 has two roundings, and the first, to a fraction of a step, makes ties of what
// was just below one. Small, but a recurrence reads it again at every step.
import type { Tensor } from "../../ir/tensor.ts";
import { convolutionMultipliers, perTensor } from "../../ops/quantization.ts";
import { quantizeMultiplier } from "../../util/fixedpoint.ts";

/** Left shifts of an operator's multipliers, one for each output channel or one for all. */
type Shifts = (inputs: readonly Tensor[], output: Tensor) => ArrayLike<number>;

/** The sums of ADD and SUB are rounded to 2^−20 of a step, and what is not here has no multiplier. */
const SHIFTS: Readonly<Record<string, Shifts>> = {
  CONV_2D: ofWeights,
  DEPTHWISE_CONV_2D: ofWeights,
  FULLY_CONNECTED: ofWeights,
  MUL: ofProduct,
  BATCH_MATMUL: ofProduct,
  QUANTIZE: ofRescaling,
  RELU: ofRescaling,
};

/** The bits below a step of the output that its first rounding leaves, along the last axis in turn; null without one. */
export function fineBits(name: string, inputs: readonly Tensor[], output: Tensor): readonly number[] | null {
  const shifts = SHIFTS[name]?.(inputs, output);
  return shifts === undefined ? null : Array.from(shifts, (shift) => Math.max(0, -shift));
}

function ofWeights([input, weights, bias]: readonly Tensor[], output: Tensor): Int32Array {
  return convolutionMultipliers(input!, weights!, output, bias!.shape[0]!).shifts;
}

function ofProduct([a, b]: readonly Tensor[], output: Tensor): readonly number[] {
  return [quantizeMultiplier((perTensor(a!).scale * perTensor(b!).scale) / perTensor(output).scale).shift];
}

function ofRescaling([input]: readonly Tensor[], output: Tensor): readonly number[] {
  return [quantizeMultiplier(perTensor(input!).scale / perTensor(output).scale).shift];
}

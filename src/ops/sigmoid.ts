// What LOGISTIC and TANH share in int8: the input brought to 4 integer bits, and a range outside which they saturate.
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import {
  frexp,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundingDivideByPowerOfTwo,
} from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";

export const INPUT_INTEGER_BITS = 4;

const inputMultiplier = (input: Tensor): number => perTensor(input).scale * 2 ** (31 - INPUT_INTEGER_BITS);

/**
 * The kernel for one stored value.
 * @param evaluate the function, from a value with 4 integer bits to one with none
 * @param outputBits fractional bits that the output keeps
 */
export function saturating(
  evaluate: (x: number) => number,
  outputBits: number,
  input: Tensor,
  output: Tensor,
): (stored: number) => number {
  const { mantissa, shift } = quantizeMultiplier(inputMultiplier(input));
  // CalculateInputRadius; 0 for very coarse scales, where even a zero then saturates.
  const largest = (2 ** INPUT_INTEGER_BITS - 1) * 2 ** (31 - INPUT_INTEGER_BITS);
  const radius = Math.floor(largest / 2 ** shift);
  const [inputZero, outputZero] = [perTensor(input).zeroPoint, perTensor(output).zeroPoint];
  return (stored) => {
    const x = stored - inputZero;
    if (x <= -radius) return -128;
    if (x >= radius) return 127;
    const q0 = evaluate(multiplyByQuantizedMultiplier(x, mantissa, shift));
    return roundingDivideByPowerOfTwo(q0, 31 - outputBits) + outputZero;
  };
}

/** The kernels shift 1 by the multiplier's exponent, which must be one that a 64-bit integer has. */
export function checkInputScale(_attrs: object, input: Tensor): void {
  const { exponent } = frexp(inputMultiplier(input));
  if (exponent < 0 || exponent > 62) {
    throw new ShapeError(`${input.name} has scale ${perTensor(input).scale}, 2^-28 to 2^35 expected`);
  }
}

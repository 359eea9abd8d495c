// HARD_SWISH: x · min(max(x + 3, 0), 6) / 6; in int8 by 16-bit fixed-point numbers.
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { INT32_MAX, quantizeMultiplier } from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";
import { emptyOptions, unaryOp } from "./unary.ts";

const INT16_MAX = 32767;
/** Extra bits that the input gets before it is multiplied. */
const HIGH_RESOLUTION_BITS = 7;

interface Multiplier16 {
  readonly mantissa: number;
  readonly exponent: number;
}

/** QuantizeMultiplier, its mantissa rounded to 16 bits. */
function multiplier16(real: number): Multiplier16 {
  const { mantissa, shift } = quantizeMultiplier(real);
  const rounded = mantissa >= INT32_MAX - 0x8000 ? INT16_MAX : (mantissa + 0x8000) >> 16;
  return { mantissa: rounded, exponent: shift };
}

function multipliers(
  input: Tensor,
  output: Tensor,
): { readonly toOutput: Multiplier16; readonly toReluish: Multiplier16 } {
  const scale = perTensor(input).scale / 2 ** HIGH_RESOLUTION_BITS;
  return {
    toOutput: multiplier16(scale / perTensor(output).scale),
    // On this scale 3 is 32768.
    toReluish: multiplier16(scale / (3 / 32768)),
  };
}

/** SaturatingRoundingDoublingHighMul of 16-bit values, of which `b` is not negative. */
function doublingHighMul16(a: number, b: number): number {
  const product = a * b;
  return Math.trunc((product + (product >= 0 ? 0x4000 : 1 - 0x4000)) / 0x8000);
}

/** RoundingDivideByPOT on int16, whose mask of 16 bits and more is −1 and rounds every value away from zero. */
function roundingDivide16(x: number, exponent: number): number {
  const mask = exponent < 16 ? (1 << exponent) - 1 : -1;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

function saturate16(x: number): number {
  return Math.min(Math.max(x, -INT16_MAX - 1), INT16_MAX);
}

/** x brought from [−3, 3] to [−1, 1] as a 16-bit fraction, saturating. */
function reluish(x: number, { mantissa, exponent }: Multiplier16): number {
  // All but one bit of a left shift comes first: what saturates there also does in the last bit.
  const shifted = exponent > 0 ? saturate16(x * 2 ** (exponent - 1)) : x;
  const product = doublingHighMul16(shifted, mantissa);
  if (exponent > 0) return saturate16(product * 2);
  return exponent < 0 ? roundingDivide16(product, -exponent) : product;
}

export const hardSwish = unaryOp<object>({
  name: "HARD_SWISH",
  resolverMethod: "AddHardSwish",
  describe: () => "",
  outputQuantization: { kind: "calibrated", finest: 1 / 127 },
  float: () => (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  int8(_attrs, input, output) {
    const { toOutput, toReluish } = multipliers(input, output);
    const [inputZero, outputZero] = [perTensor(input).zeroPoint, perTensor(output).zeroPoint];
    return (stored) => {
      const x = (stored - inputZero) << HIGH_RESOLUTION_BITS;
      const onOutputScale = doublingHighMul16(x, toOutput.mantissa);
      const factor = (reluish(x, toReluish) + 0x8000) >> 1;
      const product = Math.trunc((factor * onOutputScale) / 0x8000);
      return roundingDivide16(product, -toOutput.exponent) + outputZero;
    };
  },
  checkScales(_attrs, input, output) {
    const { toOutput, toReluish } = multipliers(input, output);
    const [from, to] = [perTensor(input).scale, perTensor(output).scale];
    if (toOutput.exponent > 0) {
      throw new ShapeError(`scale ${to} of ${output.name} is finer than 1/128 of ${input.name}'s, ${from}`);
    }
    // Beyond that the kernel would shift 1 out of its 32 bits.
    if (toReluish.exponent > 31) throw new ShapeError(`${input.name} has scale ${from}, below 2^24 expected`);
  },
  tflite: { opcode: 117, int8Version: 1, ...emptyOptions(91) },
});

// SOFTMAX over the last dimension; int8 output is exactly scale 1/256, zero point −128, by fixed-point exponent.

import { type Op, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import {
  clampInt8,
  doublingHighMul,
  INT32_MAX,
  type QuantizedMultiplier,
  quantizeMultiplier,
  roundingDivideByPowerOfTwo,
} from "../util/fixedpoint.ts";
import { expOnNegativeValues, reciprocal } from "./gemmlowp.ts";
import { elementwise } from "./in-place.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";

export interface SoftmaxAttrs {
  readonly beta: number;
}

const ROLES = ["activation"] as const;
/** Integer bits of a scaled difference to the maximum, and of the sum of exponentials. */
const DIFFERENCE_BITS = 5;
const SUM_BITS = 12;

/** How a difference to the maximum is brought to five integer bits. */
function differenceScaling(
  beta: number,
  input: Tensor,
): QuantizedMultiplier & {
  /** CalculateInputRadius: below this difference the exponential is nothing. */
  readonly smallest: number;
} {
  const one = 2 ** (31 - DIFFERENCE_BITS);
  const { mantissa, shift } = quantizeMultiplier(Math.min(beta * perTensor(input).scale * one, INT32_MAX));
  return { mantissa, shift, smallest: -Math.floor(((2 ** DIFFERENCE_BITS - 1) * one) / 2 ** shift) };
}

export const softmax: Op<SoftmaxAttrs, typeof ROLES> = {
  name: "SOFTMAX",
  roles: ROLES,
  resolverMethod: "AddSoftmax",
  describe: (a) => `beta ${a.beta}`,
  inferShapes(_attrs, [input]) {
    if (input.shape.length === 0) throw new ShapeError("a scalar has no dimension to take a softmax over");
    const depth = input.shape.at(-1)!;
    // As many ones fill the integer bits of the sum.
    if (input.dtype === "int8" && depth >= 2 ** SUM_BITS) {
      throw new ShapeError(`a softmax over ${depth} values, fewer than ${2 ** SUM_BITS} expected`);
    }
    return [input.shape];
  },
  macs: () => 0,
  outputQuantization: () => ({ kind: "fixed", scale: 1 / 256, zeroPoint: -128 }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat({ beta }, [input], [output]) {
    const [x, y] = [asFloat32(input.data), asFloat32(output.data)];
    const depth = input.tensor.shape.at(-1)!;
    return () => {
      for (let row = 0; row < x.length; row += depth) {
        let largest = -Infinity;
        for (let i = row; i < row + depth; i++) largest = Math.max(largest, x[i]!);
        let sum = 0;
        for (let i = row; i < row + depth; i++) sum += y[i] = Math.exp((x[i]! - largest) * beta);
        for (let i = row; i < row + depth; i++) y[i] = y[i]! / sum;
      }
    };
  },
  bindInt8({ beta }, [input], [output]) {
    const [x, y] = [asInt8(input.data), asInt8(output.data)];
    const depth = input.tensor.shape.at(-1)!;
    const { mantissa, shift, smallest } = differenceScaling(beta, input.tensor);
    // A difference has 256 values; beyond the radius its exponential is 0.
    const exponentials = Int32Array.from({ length: 256 }, (_, below) =>
      -below < smallest ? 0 : expOnNegativeValues(doublingHighMul(-below << shift, mantissa)),
    );
    const addends = exponentials.map((exponential) => roundingDivideByPowerOfTwo(exponential, SUM_BITS));
    return () => {
      for (let row = 0; row < x.length; row += depth) {
        let largest = -128;
        for (let i = row; i < row + depth; i++) largest = Math.max(largest, x[i]!);
        let sum = 0;
        for (let i = row; i < row + depth; i++) sum += addends[largest - x[i]!]!;
        const { scale, bitsOverUnit } = reciprocal(sum, SUM_BITS);
        for (let i = row; i < row + depth; i++) {
          const share = doublingHighMul(scale, exponentials[largest - x[i]!]!);
          // 31 − 8: from Q0 to the eight bits of the output.
          y[i] = clampInt8(roundingDivideByPowerOfTwo(share, bitsOverUnit + 23) - 128);
        }
      }
    };
  },
  emit({ beta }, [input], [output]) {
    const depth = input.shape.at(-1)!;
    const { mantissa, shift, smallest } = differenceScaling(beta, input);
    const values = elementCount(output.shape);
    const fields = [
      [values / depth, "rows"],
      [depth, "depth"],
      [mantissa, "mantissa of beta · scale"],
      [shift, "its shift to the left"],
      [smallest, "smallest difference to the maximum that counts"],
    ] as const;
    const names = { header: "softmax.h", function: "softmax", parameters: "SoftmaxParameters" };
    return [
      {
        ...names,
        fields,
        inputs: [0],
        outputs: [0],
        overlaps: elementwise(0),
        work: { rows: values / depth, values },
      },
    ];
  },
  tflite: {
    opcode: 25,
    optionsType: 9,
    version: ([input]) => (input!.dtype === "int8" ? 2 : 1),
    write(builder, { beta }) {
      builder.startObject(1);
      builder.addFieldFloat32(0, beta, 0);
      return builder.endObject();
    },
    read({ options, inputs }) {
      const beta = options.float32(0, 0);
      const quant = inputs[0]?.quant;
      // QuantizeMultiplierGreaterThanOne stops the program at a multiplier of 1.
      if (quant?.kind === "perTensor" && !(beta * quant.scale * 2 ** (31 - DIFFERENCE_BITS) > 1)) {
        throw new ShapeError(`beta ${beta} times the input's scale ${quant.scale} is not above 2^-26`);
      }
      return { beta };
    },
  },
};

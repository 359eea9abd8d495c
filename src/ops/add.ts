// ADD: element by element, with broadcasting; both inputs brought to twice the larger scale at 20 extra bits.
import type { Op } from "../ir/op.ts";
import type { PerTensorQuantization } from "../ir/tensor.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { activationCode, type FusedActivation, int8Range } from "./activation.ts";
import { bindElementwiseFloat, broadcastShape, operandIndices } from "./elementwise.ts";
import { readActivation } from "./options.ts";
import { asInt8, perTensor } from "./quantization.ts";

export interface AddAttrs {
  readonly activation: FusedActivation;
}

const ROLES = ["activation", "activation"] as const;
/** The reference kernel's headroom for the sum, in bits. */
const LEFT_SHIFT = 20;

export const add: Op<AddAttrs, typeof ROLES> = {
  name: "ADD",
  roles: ROLES,
  resolverMethod: "AddAdd",
  describe: (a) => a.activation,
  inferShapes: (_attrs, [a, b]) => [broadcastShape(a.shape, b.shape)],
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: (attrs, inputs, [output]) =>
    bindElementwiseFloat((x, z) => x + z, attrs.activation, inputs, output),
  bindInt8(attrs, [a, b], [output]) {
    const [x, z, y] = [asInt8(a.data), asInt8(b.data), asInt8(output.data)];
    const [ia, ib] = operandIndices([a, b], output);
    const [qa, qb, qy] = [perTensor(a.tensor), perTensor(b.tensor), perTensor(output.tensor)];
    const twiceMax = 2 * Math.max(qa.scale, qb.scale);
    const left = scaledValues(qa, twiceMax);
    const right = scaledValues(qb, twiceMax);
    const my = quantizeMultiplier(twiceMax / ((1 << LEFT_SHIFT) * qy.scale));
    const { min, max } = int8Range(attrs.activation, output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) {
        const sum = left[x[ia[i]!]! + 128]! + right[z[ib[i]!]! + 128]!;
        const scaled = multiplyByQuantizedMultiplier(sum, my.mantissa, my.shift) + qy.zeroPoint;
        y[i] = Math.min(Math.max(scaled, min), max);
      }
    };
  },
  tflite: {
    opcode: 0,
    optionsType: 11,
    version: ([a]) => (a!.dtype === "int8" ? 2 : 1),
    write(builder, attrs) {
      builder.startObject(2);
      builder.addFieldInt8(0, activationCode(attrs.activation), 0);
      return builder.endObject();
    },
    read: ({ options }) => ({ activation: readActivation(options, 0) }),
  },
};

/** Every int8 value of an input at the common scale. */
function scaledValues({ scale, zeroPoint }: PerTensorQuantization, twiceMax: number): Int32Array {
  const { mantissa, shift } = quantizeMultiplier(scale / twiceMax);
  return Int32Array.from({ length: 256 }, (_, i) =>
    multiplyByQuantizedMultiplier((i - 128 - zeroPoint) << LEFT_SHIFT, mantissa, shift),
  );
}

// MUL: element by element, with broadcasting; one double multiplier in int8.
import type { Op } from "../ir/op.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { activationCode, type FusedActivation, int8Range } from "./activation.ts";
import { bindElementwiseFloat, broadcastShape, operandIndices } from "./elementwise.ts";
import { readActivation } from "./options.ts";
import { asInt8, perTensor } from "./quantization.ts";

export interface MulAttrs {
  readonly activation: FusedActivation;
}

const ROLES = ["activation", "activation"] as const;

export const mul: Op<MulAttrs, typeof ROLES> = {
  name: "MUL",
  roles: ROLES,
  resolverMethod: "AddMul",
  describe: (a) => a.activation,
  inferShapes: (_attrs, [a, b]) => [broadcastShape(a.shape, b.shape)],
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: (attrs, inputs, [output]) =>
    bindElementwiseFloat((x, z) => x * z, attrs.activation, inputs, output),
  bindInt8(attrs, [a, b], [output]) {
    const [x, z, y] = [asInt8(a.data), asInt8(b.data), asInt8(output.data)];
    const [ia, ib] = operandIndices([a, b], output);
    const [qa, qb, qy] = [perTensor(a.tensor), perTensor(b.tensor), perTensor(output.tensor)];
    const { mantissa, shift } = quantizeMultiplier((qa.scale * qb.scale) / qy.scale);
    const { min, max } = int8Range(attrs.activation, output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) {
        const product = (x[ia[i]!]! - qa.zeroPoint) * (z[ib[i]!]! - qb.zeroPoint);
        const scaled = multiplyByQuantizedMultiplier(product, mantissa, shift) + qy.zeroPoint;
        y[i] = Math.min(Math.max(scaled, min), max);
      }
    };
  },
  tflite: {
    opcode: 18,
    optionsType: 21,
    version: ([a]) => (a!.dtype === "int8" ? 2 : 1),
    write(builder, attrs) {
      builder.startObject(1);
      builder.addFieldInt8(0, activationCode(attrs.activation), 0);
      return builder.endObject();
    },
    read: ({ options }) => ({ activation: readActivation(options, 0) }),
  },
};

// RELU as an operator of its own; the quantiser fuses it wherever its input allows.
import type { Op } from "../ir/op.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { int8Range } from "./activation.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";

const ROLES = ["activation"] as const;

export const relu: Op<object, typeof ROLES> = {
  name: "RELU",
  roles: ROLES,
  resolverMethod: "AddRelu",
  describe: () => "",
  inferShapes: (_attrs, [input]) => [input.shape],
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat(_attrs, [input], [output]) {
    const [x, y] = [asFloat32(input.data), asFloat32(output.data)];
    return () => {
      for (let i = 0; i < y.length; i++) y[i] = Math.max(x[i]!, 0);
    };
  },
  bindInt8(_attrs, [input], [output]) {
    const [x, y] = [asInt8(input.data), asInt8(output.data)];
    const [qx, qy] = [perTensor(input.tensor), perTensor(output.tensor)];
    // The reference kernel divides the scales in float32 here.
    const { mantissa, shift } = quantizeMultiplier(Math.fround(qx.scale / qy.scale));
    const { min, max } = int8Range("RELU", output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) {
        const scaled = multiplyByQuantizedMultiplier(x[i]! - qx.zeroPoint, mantissa, shift) + qy.zeroPoint;
        y[i] = Math.min(Math.max(scaled, min), max);
      }
    };
  },
  fusesAs: "RELU",
  tflite: {
    opcode: 19,
    optionsType: 0,
    version: ([input]) => (input!.dtype === "int8" ? 2 : 1),
    write: () => 0,
    read: () => ({}),
  },
};

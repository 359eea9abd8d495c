// QUANTIZE: float32 to int8, or int8 to int8 of another scale.
import type { Op } from "../ir/op.ts";
import {
  clampInt8,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
} from "../util/fixedpoint.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";

const ROLES = ["activation"] as const;

export const quantize: Op<object, typeof ROLES> = {
  name: "QUANTIZE",
  roles: ROLES,
  resolverMethod: "AddQuantize",
  describe: () => "",
  inferShapes: (_attrs, [input]) => [input.shape],
  inferTypes: () => ["int8"],
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat(_attrs, [input], [output]) {
    const [x, y] = [asFloat32(input.data), asInt8(output.data)];
    const { scale, zeroPoint } = perTensor(output.tensor);
    return () => {
      // AffineQuantize divides in float32.
      for (let i = 0; i < y.length; i++)
        y[i] = clampInt8(roundHalfAway(Math.fround(x[i]! / scale)) + zeroPoint);
    };
  },
  bindInt8(_attrs, [input], [output]) {
    const [x, y] = [asInt8(input.data), asInt8(output.data)];
    const [qx, qy] = [perTensor(input.tensor), perTensor(output.tensor)];
    const { mantissa, shift } = quantizeMultiplier(qx.scale / qy.scale);
    return () => {
      for (let i = 0; i < y.length; i++) {
        y[i] = clampInt8(multiplyByQuantizedMultiplier(x[i]! - qx.zeroPoint, mantissa, shift) + qy.zeroPoint);
      }
    };
  },
  tflite: {
    opcode: 114,
    optionsType: 89,
    version: ([input]) => (input!.dtype === "int8" ? 2 : 1),
    write: (builder) => {
      builder.startObject(0);
      return builder.endObject();
    },
    read: () => ({}),
  },
};

// QUANTIZE: float32 to int8, or int8 to int8 of another scale.
import type { KernelCall } from "../ir/kernel.ts";
import type { Op } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import {
  clampInt8,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
} from "../util/fixedpoint.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";
import { lookUpCall } from "./unary.ts";

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
    const convert = requantizer(input.tensor, output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) y[i] = convert(x[i]!);
    };
  },
  emitTypes: ["float32", "int8"],
  emit: (_attrs, [input], [output]) => [
    input.dtype === "int8" ? lookUpCall(output, requantizer(input, output)) : fromFloat(output),
  ],
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

function fromFloat(output: Tensor): KernelCall {
  const { scale, zeroPoint } = perTensor(output);
  const fields = [
    [elementCount(output.shape), "count"],
    [{ float32: scale }, "scale"],
    [zeroPoint, "zero point"],
  ] as const;
  const names = { header: "quantize.h", function: "quantize", parameters: "QuantizeParameters" };
  return { ...names, fields, inputs: [0], outputs: [0] };
}

/** From one scale to another, for one stored value. */
function requantizer(input: Tensor, output: Tensor): (x: number) => number {
  const [qx, qy] = [perTensor(input), perTensor(output)];
  const { mantissa, shift } = quantizeMultiplier(qx.scale / qy.scale);
  return (x) => clampInt8(multiplyByQuantizedMultiplier(x - qx.zeroPoint, mantissa, shift) + qy.zeroPoint);
}

// DEQUANTIZE: int8 to float32.
import { type Op, ShapeError } from "../ir/op.ts";
import { elementCount } from "../ir/tensor.ts";
import { asFloat32, asInt8, perTensor } from "./quantization.ts";

const ROLES = ["activation"] as const;

export const dequantize: Op<object, typeof ROLES> = {
  name: "DEQUANTIZE",
  roles: ROLES,
  resolverMethod: "AddDequantize",
  describe: () => "",
  inferShapes: (_attrs, [input]) => [input.shape],
  inferTypes(_attrs, [input]) {
    if (input.dtype !== "int8") throw new ShapeError(`${input.name} is ${input.dtype}, int8 expected`);
    return ["float32"];
  },
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat() {
    throw new Error("Bug in Bandsmith: DEQUANTIZE of float values");
  },
  bindInt8(_attrs, [input], [output]) {
    const [x, y] = [asInt8(input.data), asFloat32(output.data)];
    const { scale, zeroPoint } = perTensor(input.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) y[i] = scale * (x[i]! - zeroPoint);
    };
  },
  emit(_attrs, [input], [output]) {
    const { scale, zeroPoint } = perTensor(input);
    const fields = [
      [elementCount(output.shape), "count"],
      [{ float32: scale }, "scale"],
      [zeroPoint, "zero point"],
    ] as const;
    const names = { header: "dequantize.h", function: "dequantize", parameters: "DequantizeParameters" };
    return [{ ...names, fields, inputs: [0], outputs: [0] }];
  },
  tflite: {
    opcode: 6,
    optionsType: 38,
    version: () => 2,
    write: (builder) => {
      builder.startObject(0);
      return builder.endObject();
    },
    read: () => ({}),
  },
};

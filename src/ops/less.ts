// LESS: x < z element by element, with broadcasting, as 0 and 1: the condition of a loop.
import type { KernelCall } from "../ir/kernel.ts";
import { type Op, type Operand, ShapeError } from "../ir/op.ts";
import type { PerTensorQuantization, Tensor } from "../ir/tensor.ts";
import { sameTypes } from "../ir/types.ts";
import { quantizeMultiplier } from "../util/fixedpoint.ts";
import { broadcastShape, elementwiseCall, operandIndices, operandsField } from "./elementwise.ts";
import { multiplierField } from "./kernel-fields.ts";
import { asBool, asInt8, perTensor, scaledValues } from "./quantization.ts";

const ROLES = ["activation", "activation"] as const;
/** The reference kernel's extra bits for each side. */
const LEFT_SHIFT = 8;

export const less: Op<object, typeof ROLES> = {
  name: "LESS",
  roles: ROLES,
  resolverMethod: "AddLess",
  describe: () => "",
  inferShapes: (_attrs, [a, b]) => [broadcastShape(a.shape, b.shape)],
  inferTypes(_attrs, inputs) {
    const [dtype] = sameTypes(inputs);
    if (dtype !== "int8" && dtype !== "float32" && dtype !== "int32") {
      throw new ShapeError(`${inputs[0].name} is ${dtype}; int8, float32 and int32 are supported`);
    }
    return ["bool"];
  },
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: (_attrs, inputs, [output]) => compare(inputs, output),
  bindInt32: (_attrs, inputs, [output]) => compare(inputs, output),
  bindInt8(_attrs, [a, b], [output]) {
    const [x, z, y] = [asInt8(a.data), asInt8(b.data), asBool(output.data)];
    const [ia, ib] = operandIndices([a, b], output);
    // Each side times its own scale.
    const left = scaledSide(perTensor(a.tensor));
    const right = scaledSide(perTensor(b.tensor));
    return () => {
      for (let i = 0; i < y.length; i++) y[i] = left[x[ia[i]!]! + 128]! < right[z[ib[i]!]! + 128]! ? 1 : 0;
    };
  },
  emitTypes: ["float32", "int8", "int32"],
  emit(_attrs, inputs, [output]) {
    const { dtype } = inputs[0];
    if (dtype === "int8") return [lessInt8Call(inputs, output)];
    const name = dtype === "float32" ? "lessFloat" : "lessInt32";
    return [elementwiseCall("less.h", name, inputs, output)];
  },
  tflite: {
    opcode: 58,
    optionsType: 41,
    version: ([a]) => (a!.dtype === "int8" ? 2 : 1),
    write: (builder) => {
      builder.startObject(0);
      return builder.endObject();
    },
    read({ inputs }) {
      for (const tensor of inputs) {
        // QuantizeMultiplierSmallerThanOneExp stops the program at a multiplier of 1.
        if (tensor?.dtype === "int8" && tensor.quant?.kind === "perTensor" && tensor.quant.scale >= 1) {
          throw new ShapeError(`${tensor.name} has scale ${tensor.quant.scale}, below 1 expected`);
        }
      }
      return {};
    },
  },
};

function compare(inputs: readonly [Operand, Operand], output: Operand): () => void {
  const [x, z, y] = [inputs[0].data, inputs[1].data, asBool(output.data)];
  const [ia, ib] = operandIndices(inputs, output);
  return () => {
    for (let i = 0; i < y.length; i++) y[i] = x[ia[i]!]! < z[ib[i]!]! ? 1 : 0;
  };
}

function lessInt8Call(inputs: readonly [Tensor, Tensor], output: Tensor): KernelCall {
  const [qa, qb] = [perTensor(inputs[0]), perTensor(inputs[1])];
  const fields = [
    operandsField(inputs, output),
    [qa.zeroPoint, "left zero point"],
    [qb.zeroPoint, "right zero point"],
    multiplierField(quantizeMultiplier(qa.scale), "left"),
    multiplierField(quantizeMultiplier(qb.scale), "right"),
  ] as const;
  const names = { header: "less.h", function: "lessInt8", parameters: "LessParameters" };
  return { ...names, fields, inputs: [0, 1], outputs: [0] };
}

function scaledSide(quant: PerTensorQuantization): Int32Array {
  return scaledValues(quant, LEFT_SHIFT, quant.scale);
}

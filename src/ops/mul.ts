// MUL: element by element, with broadcasting; one double multiplier in int8.
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { int8Range } from "./activation.ts";
import { arithmeticOp } from "./arithmetic.ts";
import { operandIndices, operandOverlaps, operandsField, operandsWork } from "./elementwise.ts";
import { multiplierField, rangeField } from "./kernel-fields.ts";
import { asInt8, perTensor } from "./quantization.ts";

export const mul = arithmeticOp({
  name: "MUL",
  resolverMethod: "AddMul",
  opcode: 18,
  optionsType: 21,
  optionFields: 1,
  float: (x, z) => x * z,
  int32: Math.imul,
  int32Kernel: "multiplyInt32",
  outputQuantization: { kind: "calibrated" },
  bindInt8({ activation }, [a, b], [output]) {
    const [x, z, y] = [asInt8(a.data), asInt8(b.data), asInt8(output.data)];
    const [ia, ib] = operandIndices([a, b], output);
    const [qa, qb, qy] = [perTensor(a.tensor), perTensor(b.tensor), perTensor(output.tensor)];
    const { mantissa, shift } = quantizeMultiplier((qa.scale * qb.scale) / qy.scale);
    const { min, max } = int8Range(activation, output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) {
        const product = (x[ia[i]!]! - qa.zeroPoint) * (z[ib[i]!]! - qb.zeroPoint);
        const scaled = multiplyByQuantizedMultiplier(product, mantissa, shift) + qy.zeroPoint;
        y[i] = Math.min(Math.max(scaled, min), max);
      }
    };
  },
  emit({ activation }, [a, b], [output]) {
    const [qa, qb] = [perTensor(a), perTensor(b)];
    const fields = [
      operandsField([a, b], output),
      [qa.zeroPoint, "left zero point"],
      [qb.zeroPoint, "right zero point"],
      multiplierField(quantizeMultiplier((qa.scale * qb.scale) / perTensor(output).scale), "product"),
      rangeField(activation, output),
    ] as const;
    const names = { header: "mul.h", function: "mul", parameters: "MulParameters" };
    const overlaps = operandOverlaps([a, b], output);
    return [{ ...names, fields, inputs: [0, 1], outputs: [0], overlaps, work: operandsWork([a, b], output) }];
  },
});

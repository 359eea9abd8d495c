// MUL: element by element, with broadcasting; one double multiplier in int8.
import type { KernelField } from "../ir/kernel.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import {
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  quantizeMultiplier,
} from "../util/fixedpoint.ts";
import { int8Range } from "./activation.ts";
import { arithmeticOp } from "./arithmetic.ts";
import { clampField, sumScaling } from "./channel-scaling.ts";
import { operandIndices, operandOverlaps, operandWalk } from "./elementwise.ts";
import { asInt8, perTensor } from "./quantization.ts";
import { outputsIn } from "./work.ts";

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
    const { mantissa, shift } = productMultiplier([a.tensor, b.tensor], output.tensor);
    const { min, max } = int8Range(activation, output.tensor);
    return () => {
      for (let i = 0; i < y.length; i++) {
        const product = (x[ia[i]!]! - qa.zeroPoint) * (z[ib[i]!]! - qb.zeroPoint);
        const scaled = multiplyByQuantizedMultiplier(product, mantissa, shift) + qy.zeroPoint;
        y[i] = Math.min(Math.max(scaled, min), max);
      }
    };
  },
  emit({ activation }, inputs, [output], target) {
    const multiplier = productMultiplier(inputs, output);
    const zeroPoints = inputs.map((input) => perTensor(input).zeroPoint) as [number, number];
    const { min, max } = int8Range(activation, output);
    const [least, most] = productBounds(zeroPoints);
    const { zeroPoint } = perTensor(output);
    const channel = { least, most, scaling: multiplier, zeroPoint, min, max };
    const scaling = sumScaling(channel, target);
    const walk = operandWalk(inputs, output);
    const operands: readonly KernelField[] = [
      walk.field,
      [zeroPoints[0], "left zero point"],
      [zeroPoints[1], "right zero point"],
    ];
    return [
      {
        header: "scaled_product.h",
        function: "scaledProduct",
        parameters: "ScaledProductParameters",
        parametersOf: [walk.type, scaling.type],
        fields: [...operands, scaling.field, clampField(activation, output)],
        inputs: [0, 1],
        outputs: [0],
        overlaps: operandOverlaps(inputs, output),
        work: { ...walk.work, [outputsIn(scaling.type)]: elementCount(output.shape) },
      },
    ];
  },
});

function productMultiplier([a, b]: readonly [Tensor, Tensor], output: Tensor): QuantizedMultiplier {
  return quantizeMultiplier((perTensor(a).scale * perTensor(b).scale) / perTensor(output).scale);
}

/** The least and the largest product of two stored values less their zero points. */
function productBounds(zeroPoints: readonly [number, number]): readonly [least: number, most: number] {
  const [left, right] = zeroPoints.map((zeroPoint) => [-128 - zeroPoint, 127 - zeroPoint]);
  const products = left!.flatMap((x) => right!.map((z) => x * z));
  return [Math.min(0, ...products), Math.max(0, ...products)];
}

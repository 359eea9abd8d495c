// LEAKY_RELU: x above 0, alpha · x below; in int8 one multiplier for each side.
import { ShapeError } from "../ir/op.ts";
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { perTensor } from "./quantization.ts";
import { unaryOp } from "./unary.ts";

export interface LeakyReluAttrs {
  /** Any float32; above 1 and below 0 too. */
  readonly alpha: number;
}

export const leakyRelu = unaryOp<LeakyReluAttrs>({
  name: "LEAKY_RELU",
  resolverMethod: "AddLeakyRelu",
  describe: (a) => `alpha ${a.alpha}`,
  outputQuantization: { kind: "calibrated" },
  float:
    ({ alpha }) =>
    (x) =>
      x > 0 ? x : x * alpha,
  int8({ alpha }, input, output) {
    const [qx, qy] = [perTensor(input), perTensor(output)];
    const positive = quantizeMultiplier(qx.scale / qy.scale);
    const negative = quantizeMultiplier((qx.scale * alpha) / qy.scale);
    return (stored) => {
      const x = stored - qx.zeroPoint;
      const { mantissa, shift } = x >= 0 ? positive : negative;
      return multiplyByQuantizedMultiplier(x, mantissa, shift) + qy.zeroPoint;
    };
  },
  tflite: {
    opcode: 98,
    optionsType: 75,
    int8Version: 2,
    write(builder, { alpha }) {
      builder.startObject(1);
      builder.addFieldFloat32(0, alpha, 0);
      return builder.endObject();
    },
    read({ options }) {
      const alpha = options.float32(0, 0);
      if (!Number.isFinite(alpha)) throw new ShapeError(`alpha is ${alpha}, a finite number expected`);
      return { alpha };
    },
  },
});

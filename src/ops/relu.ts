// RELU as an operator of its own; the quantiser fuses it wherever its input allows.
import { multiplyByQuantizedMultiplier, quantizeMultiplier } from "../util/fixedpoint.ts";
import { int8Range } from "./activation.ts";
import { perTensor } from "./quantization.ts";
import { noOptions, unaryOp } from "./unary.ts";

export const relu = unaryOp<object>({
  name: "RELU",
  resolverMethod: "AddRelu",
  describe: () => "",
  outputQuantization: { kind: "calibrated" },
  float: () => (x) => Math.max(x, 0),
  int8(_attrs, input, output) {
    const [qx, qy] = [perTensor(input), perTensor(output)];
    const { mantissa, shift } = quantizeMultiplier(qx.scale / qy.scale);
    const { min } = int8Range("RELU", output);
    return (x) =>
      Math.max(multiplyByQuantizedMultiplier(x - qx.zeroPoint, mantissa, shift) + qy.zeroPoint, min);
  },
  fusesAs: "RELU",
  tflite: { opcode: 19, int8Version: 2, ...noOptions },
});

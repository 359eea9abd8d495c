// LOGISTIC: 1 / (1 + exp(−x)); int8 output is scale 1/256, zero point −128, by fixed-point exponent.
import { logisticOf } from "./gemmlowp.ts";
import { checkInputScale, INPUT_INTEGER_BITS, saturating } from "./sigmoid.ts";
import { noOptions, unaryOp } from "./unary.ts";

export const logistic = unaryOp<object>({
  name: "LOGISTIC",
  resolverMethod: "AddLogistic",
  describe: () => "",
  outputQuantization: { kind: "fixed", scale: 1 / 256, zeroPoint: -128 },
  float: () => (x) => 1 / (1 + Math.exp(-x)),
  int8: (_attrs, input, output) => saturating((x) => logisticOf(x, INPUT_INTEGER_BITS), 8, input, output),
  checkScales: checkInputScale,
  tflite: { opcode: 14, int8Version: 2, ...noOptions },
});

// TANH; int8 output is scale 1/128, zero point 0, by fixed-point exponent.
import { tanhOf } from "./gemmlowp.ts";
import { checkInputScale, INPUT_INTEGER_BITS, saturating } from "./sigmoid.ts";
import { noOptions, unaryOp } from "./unary.ts";

export const tanh = unaryOp<object>({
  name: "TANH",
  resolverMethod: "AddTanh",
  describe: () => "",
  outputQuantization: { kind: "fixed", scale: 1 / 128, zeroPoint: 0 },
  float: () => Math.tanh,
  int8: (_attrs, input, output) => saturating((x) => tanhOf(x, INPUT_INTEGER_BITS), 7, input, output),
  checkScales: checkInputScale,
  tflite: { opcode: 28, int8Version: 2, ...noOptions },
});

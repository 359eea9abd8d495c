// SUB: element by element, with broadcasting.
import { arithmeticOp } from "./arithmetic.ts";
import { checkSumScales, emitScaledSum, SUM_QUANTIZATION, scaledSum } from "./scaled-sum.ts";

export const sub = arithmeticOp({
  name: "SUB",
  resolverMethod: "AddSub",
  opcode: 41,
  optionsType: 28,
  optionFields: 2,
  float: (x, z) => x - z,
  int32: (x, z) => x - z,
  int32Kernel: "subtractInt32",
  bindInt8: scaledSum(-1),
  emit: emitScaledSum({ header: "sub.h", function: "sub" }, -1),
  outputQuantization: SUM_QUANTIZATION,
  checkScales: checkSumScales,
});

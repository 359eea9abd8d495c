// ADD: element by element, with broadcasting.
import { arithmeticOp } from "./arithmetic.ts";
import { checkSumScales, emitScaledSum, SUM_QUANTIZATION, scaledSum } from "./scaled-sum.ts";

export const add = arithmeticOp({
  name: "ADD",
  resolverMethod: "AddAdd",
  opcode: 0,
  optionsType: 11,
  optionFields: 2,
  float: (x, z) => x + z,
  int32: (x, z) => x + z,
  int32Kernel: "addInt32",
  bindInt8: scaledSum(1),
  emit: emitScaledSum({ header: "add.h", function: "add" }, 1),
  outputQuantization: SUM_QUANTIZATION,
  checkScales: checkSumScales,
});

// RELU6 as an operator of its own: its kernel clamps and does not rescale.
import { checkClampScale, int8Range } from "./activation.ts";
import { noOptions, unaryOp } from "./unary.ts";

export const relu6 = unaryOp<object>({
  name: "RELU6",
  resolverMethod: "AddRelu6",
  describe: () => "",
  outputQuantization: { kind: "sameAsInputs" },
  float: () => (x) => Math.min(Math.max(x, 0), 6),
  int8(_attrs, _input, output) {
    const { min, max } = int8Range("RELU6", output);
    return (x) => Math.min(Math.max(x, min), max);
  },
  checkScales: (_attrs, _input, output) => {
    checkClampScale("RELU6", output);
  },
  fusesAs: "RELU6",
  tflite: { opcode: 21, int8Version: 2, ...noOptions },
});

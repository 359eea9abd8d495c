// RELU6 as an operator of its own: its kernel clamps and does not rescale.
import { checkClampScale, int8Range } from "./activation.ts";
import { noOptions, unaryOp } from "./unary.ts";

export const relu6 = unaryOp<object>({
  name: "RELU6",
  resolverMethod: "AddRelu6",
  describe: () => "",
  outputQuantization: { kind: "sameAsInputs" },
  float: () => (x) => Math.min(Math.max(x, 0), 6),
  int8(_attrs, input) {
    // Where a converter left another scale on the output, it is the input's that counts.
    const { min, max } = int8Range("RELU6", input);
    return (x) => Math.min(Math.max(x, min), max);
  },
  copiesAnyScale: true,
  checkScales: (_attrs, input) => {
    checkClampScale("RELU6", input);
  },
  fusesAs: "RELU6",
  tflite: { opcode: 21, int8Version: 2, ...noOptions },
});

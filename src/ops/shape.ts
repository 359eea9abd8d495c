// SHAPE: a tensor's dimensions as int32. Converters leave it in files whose batch was not fixed, before a RESHAPE.
import { type Op, type Operand, ShapeError } from "../ir/op.ts";
import { asInt32 } from "./quantization.ts";

const ROLES = ["activation"] as const;
/** TensorType INT32. */
const INT32_CODE = 2;

export const shape: Op<object, typeof ROLES> = {
  name: "SHAPE",
  roles: ROLES,
  resolverMethod: "AddShape",
  describe: () => "",
  inferShapes(_attrs, [input]) {
    if (input.shape.length === 0) throw new ShapeError("a scalar has no dimensions to tell");
    return [[input.shape.length]];
  },
  inferTypes: () => ["int32"],
  macs: () => 0,
  outputQuantization: () => ({ kind: "calibrated" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: (_attrs, [input], [output]) => bind(input, output),
  bindInt8: (_attrs, [input], [output]) => bind(input, output),
  bindInt32: (_attrs, [input], [output]) => bind(input, output),
  emitTypes: ["float32", "int8", "int16", "int32", "bool"],
  emit: (_attrs, [input]) => [
    {
      header: "shape.h",
      function: "shape",
      parameters: "ShapeParameters",
      fields: [
        [input.shape.length, "dimensions"],
        [{ name: "Sizes", type: "int32_t", values: input.shape }, "their sizes"],
      ],
      inputs: [],
      outputs: [0],
    },
  ],
  tflite: {
    opcode: 77,
    optionsType: 55,
    version: () => 1,
    write(builder) {
      builder.startObject(1);
      builder.addFieldInt8(0, INT32_CODE, 0);
      return builder.endObject();
    },
    read({ options }) {
      if (options.int8(0, 0) !== INT32_CODE) throw new ShapeError("only shapes in int32 are supported");
      return {};
    },
  },
};

function bind(input: Operand, output: Operand): () => void {
  const dimensions = asInt32(output.data);
  return () => {
    dimensions.set(input.tensor.shape);
  };
}

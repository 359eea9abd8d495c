// PAD: zeros around the values, in int8 the zero point.
import { type Paddings, ShapeError } from "../ir/op.ts";
import { checkRank, emptyOptions, movingOp, versionOf } from "./moving.ts";
import { constantInt32, expectInputs, inputShape, int32Input } from "./parameters.ts";
import { perTensor } from "./quantization.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface PadAttrs {
  readonly paddings: Paddings;
}

const MAX_RANK = 5;

export const pad = movingOp<PadAttrs>({
  name: "PAD",
  types: ["float32", "int8", "int16", "int32"],
  resolverMethod: "AddPad",
  describe: (a) => a.paddings.map(([before, after]) => `${before}+${after}`).join(" "),
  inferShapes({ paddings }, [input]) {
    checkRank(input, MAX_RANK);
    const { shape } = input;
    if (paddings.length !== shape.length) {
      throw new ShapeError(`it has paddings for ${paddings.length} dimensions of ${shape.length}`);
    }
    const wrong = paddings.flat().find((n) => !Number.isInteger(n) || n < 0);
    if (wrong !== undefined) throw new ShapeError(`a padding is ${wrong}, 0 or more expected`);
    return [shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1])];
  },
  paddings: ({ paddings }) => paddings,
  fill: (output) => (output.dtype === "int8" ? perTensor(output).zeroPoint : 0),
  moves({ paddings }, [{ shape }], [output]) {
    const strides = stridesOf(output.shape);
    const offset = paddings.reduce((sum, [before], i) => sum + before * strides[i]!, 0);
    return [{ input: 0, output: 0, shape, from: whole(shape), to: { offset, strides } }];
  },
  tflite: {
    opcode: 34,
    optionsType: 22,
    slots: [0],
    version: ([input]) => (input!.shape.length > 4 ? 4 : versionOf(input!, { int8: 2, int16: 3 })),
    write: emptyOptions,
    extraInputs: ({ paddings }) => [int32Input(1, "paddings", [paddings.length, 2], paddings.flat())],
    read(file) {
      expectInputs(file, 2);
      const values = constantInt32(file, 1, "paddings", 2);
      const rank = inputShape(file).length;
      if (values.length !== 2 * rank) {
        throw new ShapeError(`it has ${values.length} paddings, two for each of ${rank} dimensions expected`);
      }
      return {
        paddings: Array.from({ length: rank }, (_, i) => [values[2 * i]!, values[2 * i + 1]!] as const),
      };
    },
  },
});

// PAD: zeros before and after each dimension; in int8 a zero is the zero point.
import { ShapeError } from "../ir/op.ts";
import { elementCount } from "../ir/tensor.ts";
import { int8Version, moveOp } from "./move.ts";
import { writeEmptyOptions } from "./options.ts";
import { constantInt32, int32Input } from "./parameters.ts";
import { perTensor } from "./quantization.ts";
import { bindPut, rowMajorStrides, shapeText, stridedPositions } from "./strided.ts";

export interface PadAttrs {
  /** Before and after, for each dimension. */
  readonly paddings: readonly (readonly [number, number])[];
}

const ROLES = ["activation"] as const;
/** As many as the reader allows a tensor; attributes alone must not exhaust the memory. */
const MAX_ELEMENTS = 1 << 24;

export const pad = moveOp<PadAttrs, typeof ROLES>({
  name: "PAD",
  roles: ROLES,
  resolverMethod: "AddPad",
  describe: (a) => a.paddings.map(([before, after]) => `${before}+${after}`).join(", "),
  inferShapes({ paddings }, [input]) {
    const negative = paddings.flat().some((n) => n < 0);
    if (negative || paddings.length !== input.shape.length) {
      throw new ShapeError(`${shapeText(input)} cannot be padded by ${JSON.stringify(paddings)}`);
    }
    const shape = input.shape.map((n, d) => paddings[d]![0] + n + paddings[d]![1]);
    if (elementCount(shape) > MAX_ELEMENTS)
      throw new ShapeError(`padded to [${shape.join(", ")}]: too large`);
    return [shape];
  },
  bind({ paddings }, [input], [output]) {
    const strides = rowMajorStrides(output.tensor.shape);
    const offset = paddings.reduce((sum, [before], d) => sum + before * strides[d]!, 0);
    // Nothing else writes the output, so that the border stays as it is.
    output.data.fill(output.tensor.dtype === "int8" ? perTensor(output.tensor).zeroPoint : 0);
    return bindPut(input, output, stridedPositions(input.tensor.shape, strides, offset));
  },
  tflite: {
    opcode: 34,
    optionsType: 22,
    slots: [0],
    version: int8Version,
    write: writeEmptyOptions,
    extraInputs: ({ paddings }) => [int32Input(1, "paddings", [paddings.length, 2], paddings.flat())],
    read(file) {
      const values = constantInt32(file, 1, "paddings");
      if (file.inputs[1]?.shape[1] !== 2) throw new ShapeError("its paddings are not pairs");
      return {
        paddings: Array.from(
          { length: values.length / 2 },
          (_, d) => [values[2 * d]!, values[2 * d + 1]!] as const,
        ),
      };
    },
  },
});

// SLICE: a block, given by where it begins and how large it is.
import { ShapeError } from "../ir/op.ts";
import { int8Version, moveOp } from "./move.ts";
import { writeEmptyOptions } from "./options.ts";
import { constantInt32, int32Input } from "./parameters.ts";
import { bindTake, rowMajorStrides, shapeText, stridedPositions } from "./strided.ts";

export interface SliceAttrs {
  readonly begin: readonly number[];
  /** A file's −1, "to the end", is resolved when it is read. */
  readonly size: readonly number[];
}

const ROLES = ["activation"] as const;

export const slice = moveOp<SliceAttrs, typeof ROLES>({
  name: "SLICE",
  roles: ROLES,
  resolverMethod: "AddSlice",
  describe: (a) => `[${a.size.join(", ")}] at [${a.begin.join(", ")}]`,
  inferShapes({ begin, size }, [input]) {
    const { shape } = input;
    const fits = shape.every((n, d) => begin[d]! >= 0 && size[d]! >= 1 && begin[d]! + size[d]! <= n);
    if (begin.length !== shape.length || size.length !== shape.length || !fits) {
      throw new ShapeError(`[${size.join(", ")}] at [${begin.join(", ")}] is not inside ${shapeText(input)}`);
    }
    return [size];
  },
  bind({ begin, size }, [input], [output]) {
    const strides = rowMajorStrides(input.tensor.shape);
    const offset = begin.reduce((sum, from, d) => sum + from * strides[d]!, 0);
    return bindTake(input, output, stridedPositions(size, strides, offset));
  },
  tflite: {
    opcode: 65,
    optionsType: 48,
    slots: [0],
    version: int8Version,
    write: writeEmptyOptions,
    extraInputs: ({ begin, size }) => [
      int32Input(1, "begin", [begin.length], begin),
      int32Input(2, "size", [size.length], size),
    ],
    read(file) {
      const begin = constantInt32(file, 1, "begin");
      const size = constantInt32(file, 2, "size");
      const shape = file.inputs[0]?.shape ?? [];
      return { begin, size: size.map((n, d) => (n === -1 ? (shape[d] ?? 0) - (begin[d] ?? 0) : n)) };
    },
  },
});

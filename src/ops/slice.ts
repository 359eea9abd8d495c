// SLICE: a block out of the middle.
import { ShapeError } from "../ir/op.ts";
import { checkRank, emptyOptions, movingOp, versionOf } from "./moving.ts";
import { constantInt32, expectInputs, inputShape, int32Input } from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface SliceAttrs {
  readonly begin: readonly number[];
  /** Every size known; a file's −1, up to the end, is resolved when it is read. */
  readonly size: readonly number[];
}

const MAX_RANK = 5;

export const slice = movingOp<SliceAttrs>({
  name: "SLICE",
  types: ["float32", "int8", "int16", "int32", "bool"],
  resolverMethod: "AddSlice",
  describe: (a) => `[${a.size.join(", ")}] from (${a.begin.join(", ")})`,
  inferShapes({ begin, size }, [input]) {
    checkRank(input, MAX_RANK);
    const { shape } = input;
    if (begin.length !== shape.length || size.length !== shape.length) {
      throw new ShapeError(
        `it has ${begin.length} begins and ${size.length} sizes for ${shape.length} dimensions`,
      );
    }
    shape.forEach((available, i) => {
      const [first, count] = [begin[i]!, size[i]!];
      if (![first, count].every(Number.isInteger) || first < 0 || count < 1 || first + count > available) {
        throw new ShapeError(`${count} values from ${first} are not in dimension ${i} of ${available}`);
      }
    });
    return [size];
  },
  moves({ begin, size }, [input]) {
    const strides = stridesOf(input.shape);
    const offset = begin.reduce((sum, first, i) => sum + first * strides[i]!, 0);
    return [{ input: 0, output: 0, shape: size, from: { offset, strides }, to: whole(size) }];
  },
  tflite: {
    opcode: 65,
    optionsType: 48,
    slots: [0],
    version: ([input]) => (input!.shape.length > 4 ? 5 : versionOf(input!, { int8: 2, int16: 4 })),
    write: emptyOptions,
    extraInputs: ({ begin, size }) => [
      int32Input(1, "begin", [begin.length], begin),
      int32Input(2, "size", [size.length], size),
    ],
    read(file) {
      expectInputs(file, 3);
      const shape = inputShape(file);
      const begin = constantInt32(file, 1, "begin", 1);
      const size = constantInt32(file, 2, "size", 1);
      return {
        begin,
        size: size.map((count, i) => (count === -1 ? (shape[i] ?? 0) - (begin[i] ?? 0) : count)),
      };
    },
  },
});

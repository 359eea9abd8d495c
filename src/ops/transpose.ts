// TRANSPOSE: dimensions in another order.
import { ShapeError } from "../ir/op.ts";
import { checkRank, emptyOptions, movingOp, versionOf } from "./moving.ts";
import { constantInt32, expectInputs, int32Input } from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface TransposeAttrs {
  /** For each dimension of the output the input's that it is. */
  readonly perm: readonly number[];
}

const MAX_RANK = 5;

export const transpose = movingOp<TransposeAttrs>({
  name: "TRANSPOSE",
  types: ["float32", "int8", "int16"],
  resolverMethod: "AddTranspose",
  describe: (a) => `to (${a.perm.join(", ")})`,
  inferShapes({ perm }, [input]) {
    checkRank(input, MAX_RANK);
    const { shape } = input;
    if (perm.length !== shape.length || shape.length === 0 || shape.some((_, i) => !perm.includes(i))) {
      throw new ShapeError(`(${perm.join(", ")}) is no order of ${shape.length} dimensions`);
    }
    return [perm.map((dimension) => shape[dimension]!)];
  },
  moves({ perm }, [input], [{ shape }]) {
    const strides = stridesOf(input.shape);
    const from = { offset: 0, strides: perm.map((dimension) => strides[dimension]!) };
    return [{ input: 0, output: 0, shape, from, to: whole(shape) }];
  },
  tflite: {
    opcode: 39,
    optionsType: 26,
    slots: [0],
    version: ([input]) => {
      if (input!.dtype === "int16") return 5;
      return input!.shape.length > 4 ? 4 : versionOf(input!, { int8: 2 });
    },
    write: emptyOptions,
    extraInputs: ({ perm }) => [int32Input(1, "perm", [perm.length], perm)],
    read(file) {
      expectInputs(file, 2);
      return { perm: constantInt32(file, 1, "perm", 1) };
    },
  },
});

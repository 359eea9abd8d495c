// TRANSPOSE: dimensions in another order.
import { ShapeError } from "../ir/op.ts";
import { int8Version, moveOp } from "./move.ts";
import { writeEmptyOptions } from "./options.ts";
import { constantInt32, int32Input, normalizedAxes } from "./parameters.ts";
import { bindTake, rowMajorStrides, shapeText, stridedPositions } from "./strided.ts";

export interface TransposeAttrs {
  /** Output dimension d is input dimension perm[d]. */
  readonly perm: readonly number[];
}

const ROLES = ["activation"] as const;

export const transpose = moveOp<TransposeAttrs, typeof ROLES>({
  name: "TRANSPOSE",
  roles: ROLES,
  resolverMethod: "AddTranspose",
  describe: (a) => `to ${a.perm.join(", ")}`,
  inferShapes({ perm }, [input]) {
    if (perm.length !== input.shape.length) {
      throw new ShapeError(`${shapeText(input)} cannot be put in the order ${perm.join(", ")}`);
    }
    return [normalizedAxes(perm, input.shape.length).map((axis) => input.shape[axis]!)];
  },
  bind({ perm }, [input], [output]) {
    const strides = rowMajorStrides(input.tensor.shape);
    const own = perm.map((axis) => strides[axis]!);
    return bindTake(input, output, stridedPositions(output.tensor.shape, own, 0));
  },
  tflite: {
    opcode: 39,
    optionsType: 26,
    slots: [0],
    version: int8Version,
    write: writeEmptyOptions,
    extraInputs: ({ perm }) => [int32Input(1, "perm", [perm.length], perm)],
    read: (file) => ({
      perm: normalizedAxes(constantInt32(file, 1, "perm"), file.inputs[0]?.shape.length ?? 0),
    }),
  },
});

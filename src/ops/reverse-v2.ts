// REVERSE_V2: an axis, or several, backwards.
import { moveOp } from "./move.ts";
import { writeEmptyOptions } from "./options.ts";
import { constantInt32, int32Input, normalizedAxes } from "./parameters.ts";
import { bindTake, rowMajorStrides, stridedPositions } from "./strided.ts";

export interface ReverseV2Attrs {
  readonly axes: readonly number[];
}

const ROLES = ["activation"] as const;

export const reverseV2 = moveOp<ReverseV2Attrs, typeof ROLES>({
  name: "REVERSE_V2",
  roles: ROLES,
  resolverMethod: "AddReverseV2",
  copiesAnyScale: true,
  describe: (a) => `axes ${a.axes.join(", ")}`,
  inferShapes({ axes }, [input]) {
    normalizedAxes(axes, input.shape.length);
    return [input.shape];
  },
  bind({ axes }, [input], [output]) {
    const { shape } = input.tensor;
    const strides = rowMajorStrides(shape);
    const offset = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0);
    const own = strides.map((stride, d) => (axes.includes(d) ? -stride : stride));
    return bindTake(input, output, stridedPositions(shape, own, offset));
  },
  tflite: {
    opcode: 105,
    optionsType: 81,
    slots: [0],
    version: () => 1,
    write: writeEmptyOptions,
    extraInputs: ({ axes }) => [int32Input(1, "axis", [axes.length], axes)],
    read: (file) => ({
      axes: normalizedAxes(constantInt32(file, 1, "axis"), file.inputs[0]?.shape.length ?? 0),
    }),
  },
});

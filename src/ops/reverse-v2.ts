// REVERSE_V2: the values along some axes from the end to the start.
import { ShapeError } from "../ir/op.ts";
import { checkRank, emptyOptions, movingOp, versionOf } from "./moving.ts";
import {
  checkAxis,
  constantInt32,
  expectInputs,
  inputShape,
  int32Input,
  normalizeAxis,
} from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface ReverseV2Attrs {
  /** Ascending, without a gap: the kernels want neighbours. */
  readonly axes: readonly number[];
}

const MAX_RANK = 5;

export const reverseV2 = movingOp<ReverseV2Attrs>({
  name: "REVERSE_V2",
  types: ["float32", "int8", "int16", "int32", "bool"],
  resolverMethod: "AddReverseV2",
  copiesAnyScale: true,
  describe: (a) => `axes (${a.axes.join(", ")})`,
  inferShapes({ axes }, [input]) {
    checkRank(input, MAX_RANK);
    for (const axis of axes) checkAxis(axis, input.shape.length);
    if (axes.length === 0 || axes.some((axis, i) => axis !== axes[0]! + i)) {
      throw new ShapeError(`axes (${axes.join(", ")}) are not neighbours in ascending order`);
    }
    return [input.shape];
  },
  moves({ axes }, [{ shape }]) {
    const strides = stridesOf(shape);
    const from = {
      offset: axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0),
      strides: strides.map((stride, i) => (axes.includes(i) ? -stride : stride)),
    };
    return [{ input: 0, output: 0, shape, from, to: whole(shape) }];
  },
  tflite: {
    opcode: 105,
    optionsType: 81,
    slots: [0],
    version: ([input]) => versionOf(input!, { bool: 2, int8: 3 }),
    write: emptyOptions,
    extraInputs: ({ axes }) => [int32Input(1, "axes", [axes.length], axes)],
    read(file) {
      expectInputs(file, 2);
      const rank = inputShape(file).length;
      const axes = constantInt32(file, 1, "axes", 1).map((axis) => normalizeAxis(axis, rank));
      return { axes: axes.sort((a, b) => a - b) };
    },
  },
});

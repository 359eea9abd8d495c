// SQUEEZE: without the named dimensions of 1.
import { ShapeError } from "../ir/op.ts";
import { checkRank, moveAll, movingOp } from "./moving.ts";
import { checkAxis, expectInputs, inputShape, normalizeAxis } from "./parameters.ts";

export interface SqueezeAttrs {
  /** In ascending order. A file that names none means all of 1; that is resolved when it is read. */
  readonly axes: readonly number[];
}

const MAX_RANK = 8;

export const squeeze = movingOp<SqueezeAttrs>({
  name: "SQUEEZE",
  resolverMethod: "AddSqueeze",
  describe: (a) => `axes (${a.axes.join(", ")})`,
  inferShapes({ axes }, [input]) {
    checkRank(input, MAX_RANK);
    const { shape } = input;
    for (const axis of axes) {
      const size = shape[checkAxis(axis, shape.length)];
      if (size !== 1) throw new ShapeError(`dimension ${axis} has ${size} values, only one of 1 can go`);
    }
    if (axes.length === 0 && shape.includes(1)) {
      throw new ShapeError("it names no dimension, which to TFLite means every one of 1");
    }
    return [shape.filter((_, i) => !axes.includes(i))];
  },
  view: true,
  moves: (_attrs, [input]) => moveAll(input),
  tflite: {
    opcode: 43,
    optionsType: 30,
    version: () => 1,
    write(builder, { axes }) {
      builder.startVector(4, axes.length, 4);
      for (const axis of axes.toReversed()) builder.addInt32(axis);
      const vector = builder.endVector();
      builder.startObject(1);
      builder.addFieldOffset(0, vector, 0);
      return builder.endObject();
    },
    read(file) {
      expectInputs(file, 1);
      const shape = inputShape(file);
      const named = file.options.int32Vector(0) ?? [];
      if (named.length > MAX_RANK) throw new ShapeError(`it names ${named.length} dimensions to squeeze`);
      const axes =
        named.length === 0
          ? shape.flatMap((size, i) => (size === 1 ? [i] : []))
          : named.map((axis) => normalizeAxis(axis, shape.length));
      return { axes: [...new Set(axes)].sort((a, b) => a - b) };
    },
  },
});

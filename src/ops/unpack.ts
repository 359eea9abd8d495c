// UNPACK: the slices along an axis, each an output without it.
import { ShapeError } from "../ir/op.ts";
import { movingOp, versionOf } from "./moving.ts";
import { checkAxis, expectInputs, inputShape, normalizeAxis } from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface UnpackAttrs {
  readonly axis: number;
  /** As many as the dimension has values. */
  readonly count: number;
}

export const unpack = movingOp<UnpackAttrs>({
  name: "UNPACK",
  types: ["float32", "int8", "int16", "int32"],
  resolverMethod: "AddUnpack",
  describe: (a) => `${a.count} along axis ${a.axis}`,
  inferShapes({ axis, count }, [input]) {
    const size = input.shape[checkAxis(axis, input.shape.length)]!;
    if (size !== count) throw new ShapeError(`dimension ${axis} of ${size} does not unpack into ${count}`);
    const part = input.shape.toSpliced(axis, 1);
    return [part, ...new Array<readonly number[]>(count - 1).fill(part)];
  },
  moves({ axis }, [input], outputs) {
    const all = stridesOf(input.shape);
    const strides = all.toSpliced(axis, 1);
    return outputs.map(({ shape }, output) => {
      const from = { offset: output * all[axis]!, strides };
      return { input: 0, output, shape, from, to: whole(shape) };
    });
  },
  tflite: {
    opcode: 88,
    optionsType: 64,
    version: ([input]) => versionOf(input!, { int8: 2, bool: 3, int16: 4 }),
    write(builder, { axis, count }) {
      builder.startObject(2);
      builder.addFieldInt32(0, count, 0);
      builder.addFieldInt32(1, axis, 0);
      return builder.endObject();
    },
    read(file) {
      expectInputs(file, 1);
      return {
        axis: normalizeAxis(file.options.int32(1, 0), inputShape(file).length),
        count: file.options.int32(0, 0),
      };
    },
  },
});

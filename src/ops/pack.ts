// PACK: inputs of one shape stacked along a new axis.
import { ShapeError } from "../ir/op.ts";
import { joiningOp, versionOf } from "./moving.ts";
import { checkAxis, normalizeAxis } from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface PackAttrs {
  /** Of the output. */
  readonly axis: number;
  /** How many inputs there are: the options say it too. */
  readonly count: number;
}

export const pack = joiningOp<PackAttrs>({
  name: "PACK",
  types: ["float32", "int8", "int16", "int32"],
  resolverMethod: "AddPack",
  describe: (a) => `${a.count} along axis ${a.axis}`,
  inferShapes({ axis, count }, inputs) {
    const { shape } = inputs[0]!;
    if (inputs.length !== count)
      throw new ShapeError(`it has ${inputs.length} inputs, its options say ${count}`);
    checkAxis(axis, shape.length + 1);
    const other = inputs.find((input) => input.shape.join() !== shape.join());
    if (other !== undefined) {
      throw new ShapeError(
        `${other.name} has shape [${other.shape.join(", ")}], [${shape.join(", ")}] expected`,
      );
    }
    return [shape.toSpliced(axis, 0, inputs.length)];
  },
  moves({ axis }, inputs, [output]) {
    const all = stridesOf(output.shape);
    const strides = all.toSpliced(axis, 1);
    return inputs.map(({ shape }, input) => {
      const to = { offset: input * all[axis]!, strides };
      return { input, output: 0, shape, from: whole(shape), to };
    });
  },
  tflite: {
    opcode: 83,
    optionsType: 59,
    version: ([first]) => versionOf(first!, { int8: 2, int16: 3 }),
    write(builder, { axis, count }) {
      builder.startObject(2);
      builder.addFieldInt32(0, count, 0);
      builder.addFieldInt32(1, axis, 0);
      return builder.endObject();
    },
    read: ({ options, outputs }) => ({
      axis: normalizeAxis(options.int32(1, 0), outputs[0].shape.length),
      count: options.int32(0, 0),
    }),
  },
});

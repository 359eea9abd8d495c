// PACK: inputs of one shape stacked along a new axis.
import { ShapeError } from "../ir/op.ts";
import { int8Version, moveOp } from "./move.ts";
import { normalizedAxis } from "./parameters.ts";
import { bindPut, rowMajorStrides, sequence, shapeText, stridedPositions } from "./strided.ts";

export interface PackAttrs {
  /** The new dimension's place in the output. */
  readonly axis: number;
}

const ROLES: readonly "activation"[] = ["activation"];

export const pack = moveOp<PackAttrs & { readonly valuesCount: number }, typeof ROLES>({
  name: "PACK",
  roles: ROLES,
  variadic: true,
  resolverMethod: "AddPack",
  describe: (a) => `${a.valuesCount} along axis ${a.axis}`,
  inferShapes({ axis, valuesCount }, inputs) {
    const { shape } = inputs[0]!;
    normalizedAxis(axis, shape.length + 1);
    const other = inputs.find((input) => input.shape.join() !== shape.join());
    if (other !== undefined) throw new ShapeError(`${shapeText(inputs[0]!)} and ${shapeText(other)} differ`);
    if (valuesCount !== inputs.length)
      throw new ShapeError(`${inputs.length} inputs, ${valuesCount} expected`);
    return [[...shape.slice(0, axis), inputs.length, ...shape.slice(axis)]];
  },
  bind({ axis }, inputs, [output]) {
    const strides = rowMajorStrides(output.tensor.shape);
    const own = strides.filter((_, d) => d !== axis);
    return sequence(
      inputs.map((input, i) =>
        bindPut(input, output, stridedPositions(input.tensor.shape, own, i * strides[axis]!)),
      ),
    );
  },
  tflite: {
    opcode: 83,
    optionsType: 59,
    version: int8Version,
    write(builder, { axis, valuesCount }) {
      builder.startObject(2);
      builder.addFieldInt32(0, valuesCount, 0);
      builder.addFieldInt32(1, axis, 0);
      return builder.endObject();
    },
    read: ({ options, inputs }) => ({
      axis: normalizedAxis(options.int32(1, 0), (inputs[0]?.shape.length ?? 0) + 1),
      valuesCount: options.int32(0, 0),
    }),
  },
});

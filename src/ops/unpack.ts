// UNPACK: an axis taken apart, one output for each index.
import { type Outputs, ShapeError } from "../ir/op.ts";
import { int8Version, moveOp } from "./move.ts";
import { normalizedAxis } from "./parameters.ts";
import { bindTake, rowMajorStrides, sequence, stridedPositions } from "./strided.ts";

export interface UnpackAttrs {
  readonly axis: number;
  /** The axis's size, and so the number of outputs. */
  readonly num: number;
}

const ROLES = ["activation"] as const;

export const unpack = moveOp<UnpackAttrs, typeof ROLES>({
  name: "UNPACK",
  roles: ROLES,
  resolverMethod: "AddUnpack",
  describe: (a) => `axis ${a.axis} into ${a.num}`,
  inferShapes({ axis, num }, [input]): Outputs<readonly number[]> {
    const size = input.shape[normalizedAxis(axis, input.shape.length)]!;
    if (size !== num) throw new ShapeError(`axis ${axis} has ${size} indices, ${num} expected`);
    const rest = input.shape.filter((_, d) => d !== axis);
    return [rest, ...new Array<readonly number[]>(num - 1).fill(rest)];
  },
  bind({ axis }, [input], outputs) {
    const strides = rowMajorStrides(input.tensor.shape);
    const own = strides.filter((_, d) => d !== axis);
    return sequence(
      outputs.map((output, i) =>
        bindTake(input, output, stridedPositions(output.tensor.shape, own, i * strides[axis]!)),
      ),
    );
  },
  tflite: {
    opcode: 88,
    optionsType: 64,
    version: int8Version,
    write(builder, { axis, num }) {
      builder.startObject(2);
      builder.addFieldInt32(0, num, 0);
      builder.addFieldInt32(1, axis, 0);
      return builder.endObject();
    },
    read: ({ options, inputs }) => ({
      axis: normalizedAxis(options.int32(1, 0), inputs[0]?.shape.length ?? 0),
      num: options.int32(0, 0),
    }),
  },
});

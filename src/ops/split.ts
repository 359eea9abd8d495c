// SPLIT: equal parts of an axis, one output each.
import { type Outputs, ShapeError } from "../ir/op.ts";
import { int8Version, moveOp } from "./move.ts";
import { constantScalar, int32Input, normalizedAxis } from "./parameters.ts";
import { bindTake, rowMajorStrides, sequence, stridedPositions } from "./strided.ts";

export interface SplitAttrs {
  readonly axis: number;
  readonly numSplits: number;
}

const ROLES = ["activation"] as const;

export const split = moveOp<SplitAttrs, typeof ROLES>({
  name: "SPLIT",
  roles: ROLES,
  resolverMethod: "AddSplit",
  describe: (a) => `axis ${a.axis} into ${a.numSplits}`,
  inferShapes({ axis, numSplits }, [input]): Outputs<readonly number[]> {
    const size = input.shape[normalizedAxis(axis, input.shape.length)]!;
    if (numSplits < 1 || size % numSplits !== 0) {
      throw new ShapeError(`axis ${axis} has ${size} indices, which do not divide into ${numSplits} parts`);
    }
    const part = input.shape.map((n, d) => (d === axis ? n / numSplits : n));
    return [part, ...new Array<readonly number[]>(numSplits - 1).fill(part)];
  },
  bind({ axis }, [input], outputs) {
    const strides = rowMajorStrides(input.tensor.shape);
    return sequence(
      outputs.map((output, i) => {
        const offset = i * output.tensor.shape[axis]! * strides[axis]!;
        return bindTake(input, output, stridedPositions(output.tensor.shape, strides, offset));
      }),
    );
  },
  tflite: {
    opcode: 49,
    optionsType: 35,
    slots: [1],
    version: int8Version,
    write(builder, { numSplits }) {
      builder.startObject(1);
      builder.addFieldInt32(0, numSplits, 0);
      return builder.endObject();
    },
    extraInputs: ({ axis }) => [int32Input(0, "axis", [], [axis])],
    read: (file) => ({
      axis: normalizedAxis(constantScalar(file, 0, "axis"), file.inputs[1]?.shape.length ?? 0),
      numSplits: file.options.int32(0, 0),
    }),
  },
});

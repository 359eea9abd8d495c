// SPLIT: equal parts along an axis, each an output.
import { type Outputs, ShapeError } from "../ir/op.ts";
import { checkRank, movingOp, versionOf } from "./moving.ts";
import {
  checkAxis,
  constantScalar,
  expectInputs,
  inputShape,
  int32Input,
  normalizeAxis,
} from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface SplitAttrs {
  readonly axis: number;
  /** How many parts. */
  readonly count: number;
}

const MAX_RANK = 5;

export const split = movingOp<SplitAttrs>({
  name: "SPLIT",
  types: ["float32", "int8", "int16", "int32"],
  resolverMethod: "AddSplit",
  describe: (a) => `axis ${a.axis} into ${a.count}`,
  inferShapes({ axis, count }, [input]) {
    checkRank(input, MAX_RANK);
    const size = input.shape[checkAxis(axis, input.shape.length)]!;
    if (!Number.isInteger(count) || count < 1 || size % count !== 0) {
      throw new ShapeError(`dimension ${axis} of ${size} does not split into ${count}`);
    }
    const part = input.shape.with(axis, size / count);
    return [part, ...new Array<readonly number[]>(count - 1).fill(part)];
  },
  moves({ axis }, [input], outputs) {
    const strides = stridesOf(input.shape);
    return outputs.map(({ shape }, output) => {
      const from = { offset: output * shape[axis]! * strides[axis]!, strides };
      return { input: 0, output, shape, from, to: whole(shape) };
    });
  },
  tflite: {
    opcode: 49,
    optionsType: 35,
    slots: [1],
    version: ([input]) => versionOf(input!, { int8: 2, int32: 3, int16: 4 }),
    write(builder, { count }) {
      builder.startObject(1);
      builder.addFieldInt32(0, count, 0);
      return builder.endObject();
    },
    extraInputs: ({ axis }) => [int32Input(0, "axis", [], [axis])],
    read(file) {
      expectInputs(file, 2);
      const axis = normalizeAxis(constantScalar(file, 0, "axis"), inputShape(file, 1).length);
      return { axis, count: countOf(file.options.int32(0, 0), file.outputs) };
    },
  },
});

/** TFLite Micro counts the outputs, TFLite believes the options too. */
function countOf(declared: number, outputs: Outputs<unknown>): number {
  if (declared !== outputs.length) {
    throw new ShapeError(`it has ${outputs.length} outputs, its options say ${declared}`);
  }
  return declared;
}

// RESHAPE: the same values under another shape.
import { type Op, ShapeError } from "../ir/op.ts";
import { elementCount } from "../ir/tensor.ts";
import { sameTypes } from "../ir/types.ts";

export interface ReshapeAttrs {
  /** Every dimension known; a file's −1 is resolved when it is read. */
  readonly newShape: readonly number[];
}

const ROLES = ["activation"] as const;

export const reshape: Op<ReshapeAttrs, typeof ROLES> = {
  name: "RESHAPE",
  roles: ROLES,
  resolverMethod: "AddReshape",
  describe: (a) => `to [${a.newShape.join(", ")}]`,
  inferShapes({ newShape }, [input]) {
    if (elementCount(newShape) !== elementCount(input.shape)) {
      throw new ShapeError(`[${input.shape.join(", ")}] cannot become [${newShape.join(", ")}]`);
    }
    return [newShape];
  },
  inferTypes: (_attrs, inputs) => sameTypes(inputs),
  macs: () => 0,
  outputQuantization: () => ({ kind: "sameAsInputs" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: (_attrs, [input], [output]) => copy(input.data, output.data),
  bindInt8: (_attrs, [input], [output]) => copy(input.data, output.data),
  bindInt32: (_attrs, [input], [output]) => copy(input.data, output.data),
  tflite: {
    opcode: 22,
    optionsType: 17,
    slots: [0],
    version: () => 1,
    write(builder, { newShape }) {
      builder.startVector(4, newShape.length, 4);
      for (let i = newShape.length - 1; i >= 0; i--) builder.addInt32(newShape[i]!);
      const vector = builder.endVector();
      builder.startObject(1);
      builder.addFieldOffset(0, vector, 0);
      return builder.endObject();
    },
    /** The output tensor's shape rules, as in the runtimes: options may be absent or hold a −1. */
    read: ({ outputs }) => ({ newShape: outputs[0].shape }),
  },
};

function copy(from: ArrayLike<number>, to: { set(values: ArrayLike<number>): void }): () => void {
  return () => {
    to.set(from);
  };
}

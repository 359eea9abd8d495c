// RESHAPE: the same values under another shape.
import { ShapeError } from "../ir/op.ts";
import { elementCount } from "../ir/tensor.ts";
import { moveOp } from "./move.ts";
import { writeInt32Vector } from "./options.ts";
import { bindCopy, shapeText } from "./strided.ts";

export interface ReshapeAttrs {
  /** Every dimension known; a file's −1 is resolved when it is read. */
  readonly newShape: readonly number[];
}

const ROLES = ["activation"] as const;

export const reshape = moveOp<ReshapeAttrs, typeof ROLES>({
  name: "RESHAPE",
  roles: ROLES,
  resolverMethod: "AddReshape",
  describe: (a) => `to [${a.newShape.join(", ")}]`,
  inferShapes({ newShape }, [input]) {
    if (elementCount(newShape) !== elementCount(input.shape)) {
      throw new ShapeError(`${shapeText(input)} cannot become [${newShape.join(", ")}]`);
    }
    return [newShape];
  },
  bind: (_attrs, [input], [output]) => bindCopy(input, output),
  tflite: {
    opcode: 22,
    optionsType: 17,
    slots: [0],
    version: () => 1,
    write(builder, { newShape }) {
      const vector = writeInt32Vector(builder, newShape);
      builder.startObject(1);
      builder.addFieldOffset(0, vector, 0);
      return builder.endObject();
    },
    /** The output tensor's shape rules, as in the runtimes: options may be absent or hold a −1. */
    read: ({ outputs }) => ({ newShape: outputs[0].shape }),
  },
});

// RESHAPE: the same values under another shape.
import { type FileOperator, ShapeError } from "../ir/op.ts";
import { elementCount } from "../ir/tensor.ts";
import { moveAll, movingOp } from "./moving.ts";
import { constantInt32, inputShape } from "./parameters.ts";

export interface ReshapeAttrs {
  /** Every dimension known; a file's −1 is resolved when it is read. */
  readonly newShape: readonly number[];
}

export const reshape = movingOp<ReshapeAttrs>({
  name: "RESHAPE",
  resolverMethod: "AddReshape",
  describe: (a) => `to [${a.newShape.join(", ")}]`,
  inferShapes({ newShape }, [input]) {
    if (elementCount(newShape) !== elementCount(input.shape)) {
      throw new ShapeError(`[${input.shape.join(", ")}] cannot become [${newShape.join(", ")}]`);
    }
    return [newShape];
  },
  view: true,
  moves: (_attrs, [input]) => moveAll(input),
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
    /** TFLite Micro goes by the output tensor's shape alone. TFLite goes by what is asked for: both must agree. */
    read(file) {
      if (file.inputs.length > 2)
        throw new ShapeError(`it has ${file.inputs.length} inputs, 1 or 2 expected`);
      const newShape = file.outputs[0].shape;
      const asked = askedShape(file);
      if (asked !== null) checkAsked(asked, inputShape(file), newShape);
      return { newShape };
    },
  },
});

/** The shape input before the options, as TFLite has it; null where only the output tells. */
function askedShape(file: FileOperator): readonly number[] | null {
  const shape = file.inputs[1] ?? null;
  if (shape === null) return file.options.int32Vector(0);
  // A computed one, such as Keras writes for an unknown batch, is known from the output alone.
  return shape.constant === null ? null : constantInt32(file, 1, "shape");
}

function checkAsked(asked: readonly number[], input: readonly number[], output: readonly number[]): void {
  // A vector of one 0 is an old way to write a scalar.
  const dimensions = asked.length === 1 && asked[0] === 0 ? [] : asked;
  const known = dimensions.filter((n) => n !== -1);
  const rest = elementCount(input) / elementCount(known);
  const resolved = dimensions.map((n) => (n === -1 ? rest : n));
  if (dimensions.length - known.length > 1 || resolved.join() !== output.join()) {
    throw new ShapeError(`it asks for [${asked.join(", ")}], its output has shape [${output.join(", ")}]`);
  }
}

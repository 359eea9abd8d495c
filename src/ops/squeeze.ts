// SQUEEZE: dimensions of one taken out.
import { ShapeError } from "../ir/op.ts";
import { moveOp } from "./move.ts";
import { writeInt32Vector } from "./options.ts";
import { normalizedAxes } from "./parameters.ts";
import { bindCopy, shapeText } from "./strided.ts";

export interface SqueezeAttrs {
  /** In ascending order; a file's empty list, "all of them", is resolved when it is read. */
  readonly axes: readonly number[];
}

const ROLES = ["activation"] as const;

export const squeeze = moveOp<SqueezeAttrs, typeof ROLES>({
  name: "SQUEEZE",
  roles: ROLES,
  resolverMethod: "AddSqueeze",
  describe: (a) => `axes ${a.axes.join(", ")}`,
  inferShapes({ axes }, [input]) {
    const taken = normalizedAxes(axes, input.shape.length);
    if (taken.some((axis) => input.shape[axis] !== 1)) {
      throw new ShapeError(`axes ${axes.join(", ")} of ${shapeText(input)} are not all 1`);
    }
    return [input.shape.filter((_, d) => !taken.includes(d))];
  },
  bind: (_attrs, [input], [output]) => bindCopy(input, output),
  tflite: {
    opcode: 43,
    optionsType: 30,
    version: () => 1,
    write(builder, { axes }) {
      const vector = writeInt32Vector(builder, axes);
      builder.startObject(1);
      builder.addFieldOffset(0, vector, 0);
      return builder.endObject();
    },
    read({ options, inputs }) {
      const shape = inputs[0]?.shape ?? [];
      const named = options.int32Vector(0) ?? [];
      const all = shape.flatMap((n, d) => (n === 1 ? [d] : []));
      return {
        axes: named.length === 0 ? all : [...normalizedAxes(named, shape.length)].sort((a, b) => a - b),
      };
    },
  },
});

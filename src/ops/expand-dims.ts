// EXPAND_DIMS: a dimension of one put in.
import { moveOp } from "./move.ts";
import { writeEmptyOptions } from "./options.ts";
import { constantScalar, int32Input, normalizedAxis } from "./parameters.ts";
import { bindCopy } from "./strided.ts";

export interface ExpandDimsAttrs {
  /** The new dimension's place in the output. */
  readonly axis: number;
}

const ROLES = ["activation"] as const;

export const expandDims = moveOp<ExpandDimsAttrs, typeof ROLES>({
  name: "EXPAND_DIMS",
  roles: ROLES,
  resolverMethod: "AddExpandDims",
  describe: (a) => `axis ${a.axis}`,
  inferShapes({ axis }, [{ shape }]) {
    normalizedAxis(axis, shape.length + 1);
    return [[...shape.slice(0, axis), 1, ...shape.slice(axis)]];
  },
  bind: (_attrs, [input], [output]) => bindCopy(input, output),
  tflite: {
    opcode: 70,
    optionsType: 52,
    slots: [0],
    version: () => 1,
    write: writeEmptyOptions,
    extraInputs: ({ axis }) => [int32Input(1, "axis", [1], [axis])],
    read: (file) => ({
      axis: normalizedAxis(constantScalar(file, 1, "axis"), (file.inputs[0]?.shape.length ?? 0) + 1),
    }),
  },
});

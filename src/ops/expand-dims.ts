// EXPAND_DIMS: a new dimension of 1.
import { checkRank, emptyOptions, moveAll, movingOp } from "./moving.ts";
import {
  checkAxis,
  constantScalar,
  expectInputs,
  inputShape,
  int32Input,
  normalizeAxis,
} from "./parameters.ts";

export interface ExpandDimsAttrs {
  /** Of the output. */
  readonly axis: number;
}

/** With the new one, the most that TFLite Micro's shapes hold. */
const MAX_RANK = 5;

export const expandDims = movingOp<ExpandDimsAttrs>({
  name: "EXPAND_DIMS",
  types: ["float32", "int8", "int16"],
  resolverMethod: "AddExpandDims",
  describe: (a) => `axis ${a.axis}`,
  inferShapes({ axis }, [input]) {
    checkRank(input, MAX_RANK - 1);
    return [input.shape.toSpliced(checkAxis(axis, input.shape.length + 1), 0, 1)];
  },
  view: true,
  moves: (_attrs, [input]) => moveAll(input),
  tflite: {
    opcode: 70,
    optionsType: 52,
    slots: [0],
    version: () => 1,
    write: emptyOptions,
    extraInputs: ({ axis }) => [int32Input(1, "axis", [], [axis])],
    read(file) {
      expectInputs(file, 2);
      return { axis: normalizeAxis(constantScalar(file, 1, "axis"), inputShape(file).length + 1) };
    },
  },
});

// REDUCE_MAX: the largest value over any axes.
import type { Operand } from "../ir/op.ts";
import { asFloat32, asInt8 } from "./quantization.ts";
import {
  REDUCE_OVERLAPS,
  type ReduceAttrs,
  reducedIndices,
  reduceFields,
  reduceOp,
  reduceWork,
} from "./reduce.ts";

export const reduceMax = reduceOp(
  { name: "REDUCE_MAX", resolverMethod: "AddReduceMax", opcode: 82 },
  {
    outputQuantization: () => ({ kind: "sameAsInputs" }),
    bindFloat: (attrs, [input], [output]) =>
      bindMax(attrs, input, asFloat32(input.data), asFloat32(output.data), -3.4028234663852886e38),
    bindInt8: (attrs, [input], [output]) =>
      bindMax(attrs, input, asInt8(input.data), asInt8(output.data), -128),
    emit: (attrs, [input]) => [
      {
        header: "reduce_max.h",
        function: "reduceMax",
        parameters: "ReduceMaxParameters",
        fields: reduceFields(attrs, input),
        inputs: [0],
        outputs: [0],
        overlaps: REDUCE_OVERLAPS,
        work: reduceWork(attrs, input),
      },
    ],
  },
);

function bindMax<D extends Float32Array | Int8Array>(
  attrs: ReduceAttrs,
  input: Operand,
  x: D,
  y: D,
  lowest: number,
): () => void {
  const indices = reducedIndices(attrs, input);
  return () => {
    y.fill(lowest);
    for (let i = 0; i < x.length; i++) {
      const index = indices[i]!;
      if (x[i]! > y[index]!) y[index] = x[i]!;
    }
  };
}

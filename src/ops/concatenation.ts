// CONCATENATION: inputs one after another along an axis.
import { ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { activationOf } from "./activation.ts";
import { checkRank, joiningOp, versionOf } from "./moving.ts";
import { checkAxis, normalizeAxis } from "./parameters.ts";
import { stridesOf, whole } from "./strided-copy.ts";

export interface ConcatenationAttrs {
  readonly axis: number;
}

/** TFLite Micro's kernel has room for so many inputs, and dimensions. */
const MAX_INPUTS = 10;
const MAX_RANK = 4;

export const concatenation = joiningOp<ConcatenationAttrs>({
  name: "CONCATENATION",
  types: ["float32", "int8", "int16", "int32", "bool"],
  resolverMethod: "AddConcatenation",
  describe: (a) => `axis ${a.axis}`,
  inferShapes({ axis }, inputs) {
    const [first, ...rest] = inputs as readonly [Tensor, ...Tensor[]];
    if (inputs.length > MAX_INPUTS) {
      throw new ShapeError(`it has ${inputs.length} inputs, at most ${MAX_INPUTS} are supported`);
    }
    checkRank(first, MAX_RANK);
    checkAxis(axis, first.shape.length);
    for (const { name, shape } of rest) {
      if (shape.length !== first.shape.length || shape.some((n, i) => i !== axis && n !== first.shape[i])) {
        throw new ShapeError(
          `${name} of [${shape.join(", ")}] cannot follow [${first.shape.join(", ")}] along axis ${axis}`,
        );
      }
    }
    const sum = [first, ...rest].reduce((total, { shape }) => total + shape[axis]!, 0);
    return [first.shape.with(axis, sum)];
  },
  moves({ axis }, inputs, [output]) {
    const strides = stridesOf(output.shape);
    let at = 0;
    return inputs.map(({ shape }, input) => {
      const to = { offset: at * strides[axis]!, strides };
      at += shape[axis]!;
      return { input, output: 0, shape, from: whole(shape), to };
    });
  },
  tflite: {
    opcode: 2,
    optionsType: 10,
    version: ([first]) => versionOf(first!, { int8: 2, int16: 3 }),
    write(builder, { axis }) {
      builder.startObject(2);
      builder.addFieldInt32(0, axis, 0);
      return builder.endObject();
    },
    read({ options, outputs }) {
      const code = options.int8(1, 0);
      if (code !== 0) {
        throw new ShapeError(`fused activation ${activationOf(code) ?? `code ${code}`} is not supported`);
      }
      return { axis: normalizeAxis(options.int32(0, 0), outputs[0].shape.length) };
    },
  },
});

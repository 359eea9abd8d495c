// CONCATENATION: inputs one after another along an axis.
import { type Outputs, ShapeError } from "../ir/op.ts";
import type { Tensor } from "../ir/tensor.ts";
import { int8Version, moveOp } from "./move.ts";
import { readActivation } from "./options.ts";
import { normalizedAxis } from "./parameters.ts";
import { bindPut, rowMajorStrides, sequence, shapeText, stridedPositions } from "./strided.ts";

export interface ConcatenationAttrs {
  readonly axis: number;
}

const ROLES: readonly "activation"[] = ["activation"];

function concatenatedShape(axis: number, inputs: readonly Tensor[]): Outputs<readonly number[]> {
  const [first] = inputs;
  const rank = first!.shape.length;
  normalizedAxis(axis, rank);
  let along = 0;
  for (const input of inputs) {
    const fits =
      input.shape.length === rank && input.shape.every((n, d) => d === axis || n === first!.shape[d]);
    if (!fits) {
      throw new ShapeError(`${shapeText(first!)} and ${shapeText(input)} do not fit along axis ${axis}`);
    }
    along += input.shape[axis]!;
  }
  return [first!.shape.map((n, d) => (d === axis ? along : n))];
}

export const concatenation = moveOp<ConcatenationAttrs, typeof ROLES>({
  name: "CONCATENATION",
  roles: ROLES,
  variadic: true,
  resolverMethod: "AddConcatenation",
  describe: (a) => `axis ${a.axis}`,
  inferShapes: ({ axis }, inputs) => concatenatedShape(axis, inputs),
  bind({ axis }, inputs, [output]) {
    const strides = rowMajorStrides(output.tensor.shape);
    let start = 0;
    const steps = inputs.map((input) => {
      const positions = stridedPositions(input.tensor.shape, strides, start * strides[axis]!);
      start += input.tensor.shape[axis]!;
      return bindPut(input, output, positions);
    });
    return sequence(steps);
  },
  tflite: {
    opcode: 2,
    optionsType: 10,
    version: int8Version,
    write(builder, { axis }) {
      builder.startObject(2);
      builder.addFieldInt32(0, axis, 0);
      return builder.endObject();
    },
    read({ options, inputs, outputs }) {
      if (readActivation(options, 1, outputs[0]) !== "NONE")
        throw new ShapeError("a fused activation is not supported");
      return { axis: normalizedAxis(options.int32(0, 0), inputs[0]?.shape.length ?? 0) };
    },
  },
});

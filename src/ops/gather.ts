// GATHER: slices along an axis, picked by int32 indices that are constant or computed, such as a loop's time step.
import { type Each, type Op, type Operand, type Outputs, ShapeError } from "../ir/op.ts";
import { elementCount, type Tensor } from "../ir/tensor.ts";
import { indexOutOfRange } from "../util/messages.ts";
import { movedTypes, versionOf } from "./moving.ts";
import { checkAxis, expectInputs, inputShape, normalizeAxis } from "./parameters.ts";
import { asInt32 } from "./quantization.ts";

export interface GatherAttrs {
  readonly axis: number;
  /** Leading dimensions that values and indices share. */
  readonly batchDims: number;
}

const ROLES = ["activation", "activation"] as const;
type Inputs<V> = Each<typeof ROLES, V>;

export const gather: Op<GatherAttrs, typeof ROLES> = {
  name: "GATHER",
  roles: ROLES,
  resolverMethod: "AddGather",
  describe: (a) => `axis ${a.axis}${a.batchDims === 0 ? "" : `, ${a.batchDims} in common`}`,
  inferShapes(attrs, [values, indices]) {
    checkAttrs(attrs, values.shape, indices.shape);
    checkConstant(indices, values.shape[attrs.axis]!);
    const { axis, batchDims } = attrs;
    return [
      [...values.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...values.shape.slice(axis + 1)],
    ];
  },
  inferTypes(_attrs, [values, indices]) {
    if (indices.dtype !== "int32") {
      throw new ShapeError(`its indices ${indices.name} are ${indices.dtype}, int32 expected`);
    }
    return movedTypes([values], 1, ["float32", "int8"]);
  },
  macs: () => 0,
  outputQuantization: () => ({ kind: "sameAsInputs" }),
  weightQuantization: () => ({ kind: "perTensor" }),
  bindFloat: bind,
  bindInt8: bind,
  tflite: {
    opcode: 36,
    optionsType: 23,
    version: ([values, indices], [output]) => {
      const together = values!.shape.length + indices!.shape.length - 1;
      return output.shape.length < together ? 5 : versionOf(values!, { int8: 2, int16: 4 });
    },
    write(builder, { axis, batchDims }) {
      builder.startObject(2);
      builder.addFieldInt32(0, axis, 0);
      builder.addFieldInt32(1, batchDims, 0);
      return builder.endObject();
    },
    read(file) {
      expectInputs(file, 2);
      const [values, indices] = [inputShape(file), inputShape(file, 1)];
      const batchDims = file.options.int32(1, 0);
      return {
        axis: normalizeAxis(file.options.int32(0, 0), values.length),
        batchDims: batchDims < 0 ? batchDims + indices.length : batchDims,
      };
    },
  },
};

function checkAttrs(
  { axis, batchDims }: GatherAttrs,
  values: readonly number[],
  indices: readonly number[],
): void {
  checkAxis(axis, values.length);
  const fits = Number.isInteger(batchDims) && batchDims >= 0 && batchDims <= Math.min(axis, indices.length);
  if (!fits || indices.slice(0, batchDims).join() !== values.slice(0, batchDims).join()) {
    throw new ShapeError(
      `[${values.join(", ")}] and indices of [${indices.join(", ")}] do not share ${batchDims} dimensions ` +
        `before axis ${axis}`,
    );
  }
}

function checkConstant({ name, constant }: Tensor, size: number): void {
  const wrong = constant?.find((index) => index < 0 || index >= size);
  if (wrong !== undefined) throw new ShapeError(`${name} has index ${wrong}, 0 to ${size - 1} expected`);
}

function bind(
  { axis, batchDims }: GatherAttrs,
  [values, indices]: Inputs<Operand>,
  [output]: Outputs<Operand>,
): () => void {
  const { shape } = values.tensor;
  const [x, at, y] = [values.data, asInt32(indices.data), output.data];
  const size = shape[axis]!;
  const batches = elementCount(shape.slice(0, batchDims));
  const outer = elementCount(shape.slice(batchDims, axis));
  const inner = elementCount(shape.slice(axis + 1));
  const picks = at.length / batches;
  return () => {
    // Before anything is written: TFLite Micro refuses such an inference too.
    for (const index of at) if (index < 0 || index >= size) throw indexOutOfRange("GATHER", index, size);
    let target = 0;
    for (let row = 0; row < batches * outer; row++) {
      const first = Math.floor(row / outer) * picks;
      for (let pick = 0; pick < picks; pick++) {
        const source = (row * size + at[first + pick]!) * inner;
        for (let i = 0; i < inner; i++) y[target++] = x[source + i]!;
      }
    }
  };
}
